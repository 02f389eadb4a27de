import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';

/** Score assumed for an answer whose quality was not computed: the lowest one that is paid (rules 6.4). */
const unknownQuality = 80;

/** Changes the reputation of an assignment's node and reports it to the node, if the task counts for reputation. */
export function applyEvidence(
  tables: Tables,
  work: {
    task: TaskRecord;
    assignment: AssignmentRecord;
    evidence: SegmentJudgement['evidence'];
    quality: SegmentJudgement['quality'];
    now: number;
  },
): void {
  const { task, assignment, evidence, now } = work;
  if (evidence.kind === 'none' || !countsForReputation(task)) return;
  const { nodeId, assignmentId } = assignment;
  const changed = tables.reputation.apply({
    nodeId,
    assignmentId,
    requester: task.accountId,
    evidence:
      evidence.kind === 'failed' ? evidence : { ...evidence, automated: (work.quality?.score ?? unknownQuality) / 100 },
    now,
  });
  if (changed !== undefined) tables.events.add(nodeId, { type: 'reputation:updated', ...changed }, now);
}
