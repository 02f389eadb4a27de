import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/**
 * Changes when a task starts, ends or gets another status, and not with every token: for asking again for lists and
 * details.
 */
export function useTaskChanges(): string {
  return useSlice('tasks')
    .map((task) => `${task.taskId} ${task.role} ${task.status}`)
    .join('\n');
}
