import type { AssignmentStatus } from '#shared/domain/tasks/assignment.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { isTaskOver } from '#shared/domain/tasks/task.ts';
import type { TaskView, TimelineStep } from '#shared/domain/tasks/taskView.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

const mostSteps = 200;

/** True for work on the current attempt that was not rejected: the parts of the answer. */
export function isPartOfAnswer(task: TaskRecord, assignment: AssignmentRecord): boolean {
  return (
    assignment.kind === 'work' &&
    assignment.attempt === task.attempt &&
    assignment.status !== 'rejected' &&
    assignment.accepted !== false
  );
}

/** Stored tokens of the current answer. */
export function storedTokens(task: TaskRecord, assignments: readonly AssignmentRecord[]): number {
  return assignments
    .filter((assignment) => isPartOfAnswer(task, assignment))
    .reduce((sum, assignment) => sum + assignment.stored, 0);
}

/** A requester's view of a task. `nameOf` gives the pseudonym of a node. */
export function taskView(
  task: TaskRecord,
  assignments: readonly AssignmentRecord[],
  nameOf: (nodeId: string) => string | null,
): TaskView {
  const over = isTaskOver(task.status);
  const work = assignments.filter(({ kind }) => kind === 'work');
  const last = work.findLast((assignment) => isPartOfAnswer(task, assignment)) ?? work.at(-1);
  return {
    taskId: task.taskId,
    status: task.status,
    attempt: task.attempt,
    outputTokens: storedTokens(task, assignments),
    finish: task.finish,
    partial: task.partial,
    credits: formatCredits(over ? task.cost : task.hold),
    fee: formatCredits(task.fee),
    nodeId: last?.nodeId ?? null,
    nodeName: last === undefined ? null : nameOf(last.nodeId),
    modelDigest: last?.modelDigest ?? null,
    modelName: last?.modelName ?? null,
    quality: task.quality,
    reason: task.reason,
    createdAt: task.createdAt,
    finishedAt: task.finishedAt,
    timeline: timeline(task, work, nameOf),
  };
}

/** Timeline step of an ended assignment by its status; a cancelled or superseded one adds none. */
const endSteps: Partial<Record<AssignmentStatus, TimelineStep['step']>> = {
  accepted: 'delivered',
  handed_over: 'handed_over',
  lost: 'lost',
  rejected: 'rejected',
};

function timeline(
  task: TaskRecord,
  work: readonly AssignmentRecord[],
  nameOf: (nodeId: string) => string | null,
): TimelineStep[] {
  const steps: TimelineStep[] = [{ at: task.createdAt, step: 'submitted', detail: '' }];
  if (task.unblockedAt !== null) steps.push({ at: task.unblockedAt, step: 'unblocked', detail: '' });
  for (const assignment of work) {
    const name = nameOf(assignment.nodeId) ?? '';
    steps.push({ at: assignment.assignedAt, step: 'assigned', detail: name });
    const step = endSteps[assignment.status];
    if (step !== undefined && assignment.endedAt !== null) {
      steps.push({ at: assignment.endedAt, step, detail: (assignment.reason ?? name).slice(0, 300) });
    }
  }
  if (task.firstTokenAt !== null) steps.push({ at: task.firstTokenAt, step: 'first_token', detail: '' });
  const ordered = steps.toSorted((a, b) => a.at - b.at);
  return [...ordered, ...endOf(task)].slice(-mostSteps);
}

function endOf(task: TaskRecord): TimelineStep[] {
  const { finishedAt: at, status } = task;
  if (at === null || status === 'blocked' || status === 'queued' || status === 'running') return [];
  const paid = task.billStatus === 'settled';
  return [
    ...(task.quality === null ? [] : [{ at, step: 'checked' as const, detail: String(task.quality.score) }]),
    { at, step: paid ? 'paid' : 'refunded', detail: formatCredits(paid ? task.cost : task.hold) },
    { at, step: status, detail: (task.reason ?? '').slice(0, 300) },
  ];
}
