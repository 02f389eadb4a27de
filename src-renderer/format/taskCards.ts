import type { RunningTask } from '#shared/api/snapshot.ts';

/** A running task as a person counts it. */
export interface TaskCard {
  readonly task: RunningTask;
  /** An own task that runs on this computer. */
  readonly here: boolean;
}

/** One card per task. An own task that runs on this computer exists on both sides and is shown once, as the owner's. */
export function taskCards(tasks: readonly RunningTask[]): readonly TaskCard[] {
  const runHere = new Set(tasks.filter(({ role }) => role === 'node').map(({ taskId }) => taskId));
  const asked = new Set(tasks.filter(({ role }) => role === 'requester').map(({ taskId }) => taskId));
  return tasks
    .filter(({ role, taskId }) => role === 'requester' || !asked.has(taskId))
    .map((task) => ({ task, here: task.role === 'requester' && runHere.has(task.taskId) }));
}
