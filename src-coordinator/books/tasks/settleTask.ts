import { type Bill, type BilledSegment, billFor, settlementLegs } from '#coordinator/books/money/settlement.ts';
import type { AssignmentStatus, BillStatus } from '#shared/domain/tasks/assignment.ts';
import type { SegmentJudgement, TaskJudgement } from './judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { tellEntries } from '#coordinator/books/events/tell.ts';

/** An assignment with its judgement. */
export interface Judged {
  readonly assignment: AssignmentRecord;
  readonly judgement: SegmentJudgement;
  readonly status: AssignmentStatus;
  readonly accepted: boolean;
}

/** Posts the one entry that ends a task's hold, and stores each worker's reward. */
export function settleTask(
  tables: Tables,
  task: TaskRecord,
  judged: readonly Judged[],
  command: TaskJudgement,
): { bill: Bill; billStatus: BillStatus } {
  const { now } = command;
  const accepted = judged.filter((one) => one.accepted).map((one) => billedSegment(one.assignment, one.judgement));
  const promptPriceTo = promptPriceSegment(tables, task, judged, command);
  const bill = billFor(task, command.onlyPromptPrice === true ? [] : accepted, promptPriceTo);
  const workers = [...accepted, ...(promptPriceTo === undefined ? [] : [promptPriceTo])].filter(
    (segment, index, all) =>
      bill.rewards.has(segment.assignmentId) &&
      all.findIndex(({ assignmentId }) => assignmentId === segment.assignmentId) === index,
  );
  const isPaid = bill.cost > 0n || (task.hold === 0n && accepted.length > 0);
  const rewardsTo = tables.private ? 'available' : 'pending';
  const posted = tables.journal.post({
    at: now,
    category: isPaid ? (task.welcome ? 'welcome' : 'settlement') : 'refund',
    reference: `end:${task.taskId}`,
    taskId: task.taskId,
    nodeId: task.requesterNodeId,
    priceVersion: task.priceVersion,
    legs: settlementLegs({ ...task, requester: task.accountId, bill, workers, rewardsTo }),
  });
  for (const { assignmentId, nodeId } of workers) {
    const reward = bill.rewards.get(assignmentId) ?? 0n;
    // Pending rewards are released by the amount of work that follows, which these numbers count.
    const number = tables.private ? 0 : tables.nodes.nextSettled(nodeId);
    tables.assignments.reward(assignmentId, reward, tables.private ? 'released' : 'pending', { at: now, number });
  }
  tellEntries(tables, posted, [{ accountId: task.accountId, nodeId: task.requesterNodeId }, ...workers]);
  return { bill, billStatus: isPaid ? 'settled' : 'refunded' };
}

/** The segment that gets the prompt price when no token is paid: the segment named in the judgement, unless it was rejected. */
function promptPriceSegment(
  tables: Tables,
  task: TaskRecord,
  judged: readonly Judged[],
  command: TaskJudgement,
): BilledSegment | undefined {
  if (command.promptPriceTo === null) return undefined;
  const assignment = tables.assignments.get(command.promptPriceTo);
  if (assignment?.taskId !== task.taskId || assignment.status === 'rejected') return undefined;
  return billedSegment(
    assignment,
    judged.find((one) => one.assignment.assignmentId === command.promptPriceTo)?.judgement,
  );
}

function billedSegment(assignment: AssignmentRecord, judgement: SegmentJudgement | undefined): BilledSegment {
  return { ...assignment, tokens: assignment.stored, qualityScore: judgement?.quality?.score ?? null };
}
