import type { PostedEntry } from '#coordinator/books/money/Journal.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { taskView } from '#coordinator/books/tasks/taskView.ts';

/** The requester's view of a task; its assignments are read unless they are passed in. */
export function viewOf(
  tables: Tables,
  task: TaskRecord,
  assignments: readonly AssignmentRecord[] = tables.assignments.ofTask(task.taskId),
): TaskView {
  return taskView(task, assignments, (nodeId) => tables.nodes.pseudonym(nodeId));
}

/** Reports a task's new state to the node that submitted it. */
export function tellUpdated(
  tables: Tables,
  task: TaskRecord,
  now: number,
  assignments?: readonly AssignmentRecord[],
): void {
  if (task.requesterNodeId === null) return;
  tables.events.add(task.requesterNodeId, { type: 'task:updated', task: viewOf(tables, task, assignments) }, now);
}

/** Reports to each node what an entry moved on its own account. */
export function tellEntries(
  tables: Tables,
  posted: readonly PostedEntry[],
  nodes: readonly { accountId: string; nodeId: string | null }[],
): void {
  for (const entry of posted) {
    const own = nodes.flatMap(({ accountId, nodeId }) =>
      accountId === entry.accountId && nodeId !== null ? [nodeId] : [],
    );
    for (const nodeId of new Set(own)) tables.events.addEntry(nodeId, entry, entry.entry.at);
  }
}

/** Reports to a node what one of its assignments earned or, if nothing, the reason. */
export function tellEarning(
  tables: Tables,
  work: {
    assignment: AssignmentRecord;
    task: TaskRecord;
    accepted: boolean;
    reason: string | null;
    quality: QualityRecord | null;
    reward: bigint;
    now: number;
  },
): void {
  const { assignment, accepted, reason, quality } = work;
  const earning = {
    taskId: assignment.taskId,
    assignmentId: assignment.assignmentId,
    accepted,
    reason: reason?.slice(0, 300) ?? null,
    outputTokens: assignment.stored,
    credits: formatCredits(work.reward),
    welcome: work.task.welcome,
    quality,
  };
  tables.events.add(assignment.nodeId, { type: 'earnings:credited', earning }, work.now);
}
