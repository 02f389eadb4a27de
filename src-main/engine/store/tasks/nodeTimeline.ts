import type { TimelineStep } from '#shared/domain/tasks/taskView.ts';
import type { z } from 'zod';
import type { AssignmentRecord } from './AssignmentStore.ts';

type Step = z.infer<typeof TimelineStep>;

/** The timeline of an assignment from the node's point of view. */
export function nodeTimeline(assignment: AssignmentRecord): Step[] {
  const { status, reason } = assignment;
  const steps: Step[] = [{ at: assignment.startedAt, step: 'assigned', detail: assignment.modelName }];
  if (assignment.firstTokenAt !== null) steps.push({ at: assignment.firstTokenAt, step: 'first_token', detail: '' });
  if (assignment.endedAt !== null) steps.push({ at: assignment.endedAt, ...endStep(assignment) });
  if (assignment.settledAt !== null) {
    steps.push(
      status === 'accepted'
        ? { at: assignment.settledAt, step: 'paid', detail: assignment.credits }
        : { at: assignment.settledAt, step: 'rejected', detail: (reason ?? '').slice(0, 300) },
    );
  }
  return steps;
}

function endStep({ status, finish, count, reason }: AssignmentRecord): Omit<Step, 'at'> {
  const detail = (reason ?? `${count} tokens`).slice(0, 300);
  if (status === 'cancelled' || finish === 'cancelled') return { step: 'cancelled', detail };
  if (status === 'superseded' || status === 'lost') return { step: 'lost', detail };
  if (status === 'handed_over' || finish === 'yielded') return { step: 'handed_over', detail };
  return { step: 'delivered', detail };
}
