import type { AssignmentEvent, Finish } from '#shared/domain/tasks/assignment.ts';
import { isAssignmentOver } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { SegmentJudgement } from '#coordinator/books/judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

/** How the run that was alive ends with its task. */
export interface CurrentEnd {
  readonly assignmentId: string;
  readonly event: AssignmentEvent;
  readonly finish: Finish | null;
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly quality: QualityRecord | null;
  readonly evidence: SegmentJudgement['evidence'];
}

/** On time means within the type's target time, from assignment to end. */
export function isOnTime(
  task: Pick<TaskRecord, 'type'>,
  assignment: Pick<AssignmentRecord, 'assignedAt'>,
  now: number,
): boolean {
  return now - assignment.assignedAt <= taskTypes[task.type].targetMs;
}

/**
 * Judgements of all segments of an answer when its task ends: the current one as given, earlier ones as they were left.
 * What a node delivered before it gave back or was lost is accepted, since it passed the hard checks then. Pure.
 */
export function judgeSegments(
  task: TaskRecord,
  assignments: readonly AssignmentRecord[],
  facts: { readonly current: CurrentEnd | null; readonly quality: QualityRecord | null; readonly now: number },
): SegmentJudgement[] {
  return assignments
    .filter(({ attempt, kind }) => attempt === task.attempt && kind === 'work')
    .flatMap((assignment): SegmentJudgement[] => {
      if (assignment.assignmentId === facts.current?.assignmentId) return [facts.current];
      if (!isAssignmentOver(assignment.status)) return [unfinished(assignment)];
      return assignment.stored > 0 ? [earlier(task, assignment, facts)] : [];
    });
}

function earlier(
  task: TaskRecord,
  assignment: AssignmentRecord,
  facts: { readonly quality: QualityRecord | null },
): SegmentJudgement {
  const accepted = assignment.status === 'handed_over' || assignment.status === 'lost';
  // Who gave its machine back did its work; who was lost was judged when it was lost.
  const settled = accepted && assignment.finish === 'yielded' && countsForReputation(task);
  return {
    assignmentId: assignment.assignmentId,
    event: 'accept',
    finish: assignment.finish,
    accepted,
    reason: null,
    quality: facts.quality,
    evidence: settled
      ? { kind: 'settled', onTime: isOnTime(task, assignment, assignment.endedAt ?? assignment.assignedAt) }
      : { kind: 'none' },
  };
}

/** An assignment that no run in memory stands for; it is ended without pay, since nothing of it was checked. */
function unfinished(assignment: AssignmentRecord): SegmentJudgement {
  return {
    assignmentId: assignment.assignmentId,
    event: 'cancel',
    finish: null,
    accepted: false,
    reason: 'The task ended.',
    quality: null,
    evidence: { kind: 'none' },
  };
}
