import { type Finish, isAssignmentOver, moveAssignment } from '#shared/domain/tasks/assignment.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type TaskEvent, type TaskStatus, isTaskOver, moveTask } from '#shared/domain/tasks/task.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import { applyEvidence } from './applyEvidence.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type { SegmentJudgement } from '#coordinator/books/judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import { type Judged, settleTask } from './settleTask.ts';
import type { Tables } from '#coordinator/storage/sqlite/Tables.ts';
import { isPartOfAnswer } from '#coordinator/books/taskView.ts';
import { tellEarning, tellUpdated, viewOf } from './tell.ts';

/** The end of a task: its bill is settled or refunded in the same transaction, exactly once. */
export interface FinishTask {
  readonly taskId: string;
  readonly event: Extract<TaskEvent, 'complete' | 'fail' | 'cancel' | 'expire'>;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  /** Every assignment of the current attempt that stored something or was alive. */
  readonly segments: readonly SegmentJudgement[];
  /** A cancel after assignment owes at least the prompt price: to this assignment when nothing else was accepted. */
  readonly promptPriceTo: string | null;
  /** The request provoked an empty or repeating answer: it is kept, and costs the prompt price alone (RULES 5). */
  readonly onlyPromptPrice?: boolean;
  readonly now: number;
}

export type FinishOutcome =
  | {
      kind: 'finished';
      task: TaskRecord;
      view: TaskView;
      text: string;
      cancelledDescendants: readonly string[];
      /** Tasks whose last parent this was: they are queued now. */
      unblocked: readonly string[];
    }
  /** It was over already; nothing moved. */
  | { kind: 'already_over'; task: TaskRecord };

/**
 * Ends a task: judges its segments, settles or refunds its bill, changes reputations, tells both sides, and takes its
 * descendants along. The task comes back without its text. Throws a SwarmError `not_found` or `conflict`.
 */
export function finishTask(input: FinishTask): Command<FinishOutcome> {
  return { kind: 'finishTask', input, rule: (tables) => end(tables, input) };
}

function end(tables: Tables, command: FinishTask): FinishOutcome {
  const before = tables.tasks.get(command.taskId);
  if (before === undefined) throw new SwarmError('not_found');
  if (isTaskOver(before.status)) return { kind: 'already_over', task: before };
  const status = moveTask(before.status, command.event);
  if (status === undefined) {
    throw new SwarmError('conflict', `A task that is ${before.status} cannot ${command.event}.`);
  }
  const { task, assignments, view } = endOne(tables, before, status, command);
  const text = assignments
    .filter((assignment) => isPartOfAnswer(task, assignment))
    .map(({ assignmentId }) => tables.chunks.text(assignmentId))
    .join('');
  return { kind: 'finished', task, view, text, ...followUp(tables, task, command.now) };
}

interface Ended {
  readonly task: TaskRecord;
  readonly assignments: readonly AssignmentRecord[];
  readonly view: TaskView;
}

function endOne(tables: Tables, before: TaskRecord, status: TaskStatus, command: FinishTask): Ended {
  const { now } = command;
  const assignments = tables.assignments.ofTask(before.taskId);
  const judged = assignments.flatMap((assignment) => judge(before, assignment, command));
  const { bill, billStatus } = settleTask(tables, before, judged, command);
  const { finish, partial, quality, reason } = command;
  const { cost, fee } = bill;
  const task = { ...before, status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt: now };
  tables.tasks.end(task.taskId, task);
  const ended = new Map(judged.map((one) => [one.assignment.assignmentId, endAssignment(tables, one, now)]));
  for (const one of judged)
    tellWorker(tables, task, one, { reward: bill.rewards.get(one.assignment.assignmentId), now });
  const after = assignments.map((assignment) => ended.get(assignment.assignmentId) ?? assignment);
  const view = viewOf(tables, task, after);
  if (task.requesterNodeId !== null) tables.events.addCompleted(task.requesterNodeId, view, now);
  return { task, assignments: after, view };
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

/** Nothing stays open when its task is over: what nobody judged is cancelled. */
function judge(task: TaskRecord, assignment: AssignmentRecord, command: FinishTask): Judged[] {
  const { assignmentId, status } = assignment;
  const given = command.segments.find((segment) => segment.assignmentId === assignmentId);
  const isAlive = !isAssignmentOver(status);
  if (given === undefined && !isAlive) return [];
  const judgement = given ?? unjudged(assignmentId);
  // Accepting work that still runs takes delivery first.
  const delivered = judgement.event === 'accept' ? (moveAssignment(status, 'deliver') ?? status) : status;
  const moved = moveAssignment(delivered, judgement.event) ?? (isAlive ? 'cancelled' : status);
  const accepted = judgement.accepted && isPartOfAnswer(task, { ...assignment, status: moved });
  return [{ assignment, judgement, status: moved, accepted }];
}

function unjudged(assignmentId: string): SegmentJudgement {
  return {
    assignmentId,
    event: 'cancel',
    finish: null,
    accepted: false,
    reason: 'The task ended.',
    quality: null,
    evidence: { kind: 'none' },
  };
}

/** Children of a completed task may go on; those of any other end are cancelled, with everything below them. */
function followUp(
  tables: Tables,
  task: TaskRecord,
  now: number,
): { cancelledDescendants: string[]; unblocked: string[] } {
  if (task.status === 'completed') return { cancelledDescendants: [], unblocked: unblockChildren(tables, task, now) };
  return { cancelledDescendants: cancelBelow(tables, task.taskId, now), unblocked: [] };
}

function cancelBelow(tables: Tables, taskId: string, now: number): string[] {
  const cancelled: string[] = [];
  const met = new Set<string>();
  let next = tables.tasks.children(taskId);
  while (next.length > 0) {
    const below: string[] = [];
    for (const childId of next) {
      // A task that waits for several of them is met once for each, and ends once.
      if (met.has(childId)) continue;
      met.add(childId);
      const child = tables.tasks.get(childId);
      if (child?.status !== 'blocked') continue;
      endOne(tables, child, 'cancelled', cascadedCancel(childId, now));
      cancelled.push(childId);
      below.push(...tables.tasks.children(childId));
    }
    next = below;
  }
  return cancelled;
}

function cascadedCancel(taskId: string, now: number): FinishTask {
  return {
    taskId,
    event: 'cancel',
    finish: null,
    partial: false,
    quality: null,
    reason: 'A task that it builds on did not complete.',
    segments: [],
    promptPriceTo: null,
    now,
  };
}

function unblockChildren(tables: Tables, task: TaskRecord, now: number): string[] {
  const ready = tables.tasks.children(task.taskId).filter((childId) => {
    const child = tables.tasks.get(childId);
    if (child?.status !== 'blocked') return false;
    return child.parents.every((parent) => tables.tasks.get(parent)?.status === 'completed');
  });
  for (const childId of ready) {
    tables.tasks.unblock(childId, now);
    const child = tables.tasks.get(childId);
    if (child !== undefined) tellUpdated(tables, child, now);
  }
  return ready;
}
