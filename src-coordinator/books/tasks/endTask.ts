import { pairKey } from '#coordinator/books/reputation/ReputationBook.ts';
import { applyEvidence } from '#coordinator/books/reputation/applyEvidence.ts';
import { tellEarning, viewOf } from '#coordinator/books/events/tell.ts';
import { type TaskJudgement, unjudgedSegment } from './judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { isPartOfAnswer } from './taskView.ts';
import { isAssignmentOver, moveAssignment } from '#shared/domain/tasks/assignment.ts';
import type { TaskStatus } from '#shared/domain/tasks/task.ts';
import { type Judged, settleTask } from './settleTask.ts';

/**
 * Ends a task that is not over: judges its segments, settles its bill, updates reputations, and notifies both sides. Returns
 * the stored task, without its text.
 */
export function endTask(tables: Tables, before: TaskRecord, status: TaskStatus, judgement: TaskJudgement): TaskRecord {
  const { now, finish, partial, quality, reason } = judgement;
  const assignments = tables.assignments.ofTask(before.taskId);
  needParties(tables, before, assignments);
  const judged = assignments.flatMap((assignment) => judge(before, assignment, judgement));
  const { bill, billStatus } = settleTask(tables, before, judged, judgement);
  const { cost, fee } = bill;
  const task = { ...before, status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt: now };
  tables.tasks.end(task.taskId, task);
  const ended = new Map(judged.map((one) => [one.assignment.assignmentId, endAssignment(tables, one, now)]));
  for (const one of judged) {
    tellWorker(tables, task, one, { reward: bill.rewards.get(one.assignment.assignmentId), now });
  }
  if (task.requesterNodeId !== null) {
    const after = assignments.map((assignment) => ended.get(assignment.assignmentId) ?? assignment);
    tables.events.addCompleted(task.requesterNodeId, viewOf(tables, task, after), now);
  }
  return task;
}

/** Loads the rows of everybody who is paid, judged or notified. */
function needParties(tables: Tables, task: TaskRecord, assignments: readonly AssignmentRecord[]): void {
  tables.need({
    nodes: assignments.map(({ nodeId }) => nodeId),
    userBalances: [task.accountId, ...assignments.map(({ accountId }) => accountId)],
    systemBalances: ['treasury', ...(task.welcome ? (['incentives'] as const) : [])],
    pairs: assignments.map(({ nodeId }) => pairKey(nodeId, task.accountId)),
  });
}

function endAssignment(tables: Tables, { assignment, judgement, status, accepted }: Judged, now: number) {
  const { finish, reason } = judgement;
  const after = { ...assignment, finish, reason, accepted, status, endedAt: assignment.endedAt ?? now };
  tables.assignments.end(after);
  return after;
}

function tellWorker(
  tables: Tables,
  task: TaskRecord,
  { assignment, judgement, accepted }: Judged,
  { reward = 0n, now }: { reward: bigint | undefined; now: number },
): void {
  const { evidence, quality, reason } = judgement;
  tellEarning(tables, { assignment, task, accepted, reason, quality, reward, now });
  applyEvidence(tables, { task, assignment, evidence, quality, now });
}

/** No assignment stays open after its task has ended: one without a judgement is cancelled. */
function judge(task: TaskRecord, assignment: AssignmentRecord, { segments }: TaskJudgement): Judged[] {
  const { assignmentId, status } = assignment;
  const given = segments.find((segment) => segment.assignmentId === assignmentId);
  const isAlive = !isAssignmentOver(status);
  if (given === undefined && !isAlive) return [];
  const judgement = given ?? unjudgedSegment(assignmentId);
  // Work that is still running is delivered before it is accepted.
  const delivered = judgement.event === 'accept' ? (moveAssignment(status, 'deliver') ?? status) : status;
  const moved = moveAssignment(delivered, judgement.event) ?? (isAlive ? 'cancelled' : status);
  const accepted = judgement.accepted && isPartOfAnswer(task, { ...assignment, status: moved });
  return [{ assignment, judgement, status: moved, accepted }];
}
