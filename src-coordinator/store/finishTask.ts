import { isAssignmentOver, moveAssignment } from '#shared/domain/assignment.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type TaskStatus, isTaskOver, moveTask } from '#shared/domain/task.ts';
import { applyEvidence } from './applyEvidence.ts';
import type { FinishOutcome, FinishTask, SegmentJudgement } from './CoordinatorStore.ts';
import type { AssignmentRecord, TaskRecord } from './records.ts';
import { type Judged, settleTask } from './settleTask.ts';
import { answerText, type Tables } from './Tables.ts';
import { isPartOfAnswer } from './taskView.ts';
import { tellEarning, tellUpdated, viewOf } from './tell.ts';

/**
 * Ends a task: judges its segments, settles or refunds its bill, changes reputations, tells both sides, and takes its
 * descendants along. Throws a SwarmError `not_found` or `conflict`.
 */
export function finishTask(tables: Tables, command: FinishTask): FinishOutcome {
  const before = tables.tasks.getWithText(command.taskId);
  if (before === undefined) throw new SwarmError('not_found');
  if (isTaskOver(before.status)) return { kind: 'already_over', task: before };
  const status = moveTask(before.status, command.event);
  if (status === undefined) {
    throw new SwarmError('conflict', `A task that is ${before.status} cannot ${command.event}.`);
  }
  endOne(tables, before, status, command);
  const task = tables.tasks.getWithText(command.taskId) ?? before;
  const text = answerText(tables, command.taskId);
  return { kind: 'finished', task, view: viewOf(tables, task), text, ...followUp(tables, task, command.now) };
}

function endOne(tables: Tables, task: TaskRecord, status: TaskStatus, command: FinishTask): void {
  const judged = tables.assignments.ofTask(task.taskId).flatMap((assignment) => judge(task, assignment, command));
  for (const { assignment, judgement, status: ended, accepted } of judged) {
    const { finish, reason } = judgement;
    tables.assignments.end({ ...assignment, finish, reason, accepted, status: ended, endedAt: command.now });
  }
  const { bill, billStatus } = settleTask(tables, task, judged, command);
  const { cost, fee } = bill;
  tables.tasks.end(task.taskId, { ...command, status, billStatus, cost, fee, finishedAt: command.now });
  for (const { assignment, judgement, accepted } of judged) {
    const { evidence, quality, reason } = judgement;
    const reward = bill.rewards.get(assignment.assignmentId) ?? 0n;
    tellEarning(tables, { assignment, task, accepted, reason, quality, reward, now: command.now });
    applyEvidence(tables, { task, assignment, evidence, quality, now: command.now });
  }
  const after = tables.tasks.get(task.taskId);
  if (after === undefined || after.requesterNodeId === null) return;
  tables.events.addCompleted(after.requesterNodeId, viewOf(tables, after), command.now);
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
  const cancelled: string[] = [];
  for (let waiting = tables.tasks.children(task.taskId); waiting.length > 0;) {
    const open = waiting
      .flatMap((taskId) => tables.tasks.get(taskId) ?? [])
      .filter(({ status }) => status === 'blocked');
    for (const child of open) {
      cancelled.push(child.taskId);
      endOne(tables, child, 'cancelled', cascadedCancel(child.taskId, now));
    }
    waiting = open.flatMap((child) => tables.tasks.children(child.taskId));
  }
  return { cancelledDescendants: cancelled, unblocked: [] };
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
    if (tables.tasks.get(childId)?.status !== 'blocked') return false;
    return tables.tasks.parents(childId).every((parent) => tables.tasks.get(parent)?.status === 'completed');
  });
  for (const childId of ready) {
    tables.tasks.unblock(childId, now);
    const child = tables.tasks.get(childId);
    if (child !== undefined) tellUpdated(tables, child, now);
  }
  return ready;
}
