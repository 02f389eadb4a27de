import type { AssignmentEvent, Finish } from '#shared/domain/tasks/assignment.ts';
import { isAssignmentOver } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

/** The end of the live run when its task ends. */
export interface CurrentEnd {
  readonly assignmentId: string;
  readonly event: AssignmentEvent;
  readonly finish: Finish | null;
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly quality: QualityRecord | null;
  readonly evidence: SegmentJudgement['evidence'];
}

/** True if the assignment ended within the target time of its task type. */
export function isOnTime(
  task: Pick<TaskRecord, 'type'>,
  assignment: Pick<AssignmentRecord, 'assignedAt'>,
  now: number,
): boolean {
  return now - assignment.assignedAt <= taskTypes[task.type].targetMs;
}

/**
 * Judges all segments of an answer when its task ends: the current one as given, earlier ones by their status. Segments of
 * nodes that yielded or were lost are accepted, since they passed the hard checks then. Pure.
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
  // A node that yielded did its work; a lost one was judged when it was lost.
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

/** Ends an assignment that has no run in memory; it is not paid, since nothing of it was checked. */
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
