import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/**
 * A key that changes when a task starts, ends or changes status, but not with every token; refreshes lists and details.
 */
export function useTaskChanges(): string {
  return useSlice('tasks')
    .map((task) => `${task.taskId} ${task.role} ${task.status}`)
    .join('\n');
}
