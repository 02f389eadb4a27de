import { isAssignmentOver } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import { type SegmentJudgement, unjudgedSegment } from '#coordinator/books/tasks/judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

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
  facts: { readonly current: SegmentJudgement | null; readonly quality: QualityRecord | null },
): SegmentJudgement[] {
  return assignments
    .filter(({ attempt, kind }) => attempt === task.attempt && kind === 'work')
    .flatMap((assignment): SegmentJudgement[] => {
      if (assignment.assignmentId === facts.current?.assignmentId) return [facts.current];
      if (!isAssignmentOver(assignment.status)) return [unjudgedSegment(assignment.assignmentId)];
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
