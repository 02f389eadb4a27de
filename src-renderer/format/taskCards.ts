import type { RunningTask } from '#shared/api/snapshot.ts';

/** A running task as people count them. */
export interface TaskCard {
  readonly task: RunningTask;
  /** An own task that this computer runs itself. */
  readonly here: boolean;
}

/** One card per task: an own task that runs on this computer stands on both sides, and is shown once, as its owner's. */
export function taskCards(tasks: readonly RunningTask[]): readonly TaskCard[] {
  const run = new Set(tasks.filter(({ role }) => role === 'node').map(({ taskId }) => taskId));
  const asked = new Set(tasks.filter(({ role }) => role === 'requester').map(({ taskId }) => taskId));
  return tasks
    .filter(({ role, taskId }) => role === 'requester' || !asked.has(taskId))
    .map((task) => ({ task, here: task.role === 'requester' && run.has(task.taskId) }));
}
