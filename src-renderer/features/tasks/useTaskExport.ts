import { downloadText } from '#renderer/components/text/downloadText.ts';
import type { filterInput } from '#renderer/features/tasks/taskFilters.ts';
import { tasksCsv } from '#renderer/features/tasks/tasksCsv.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** The largest limit that the engine accepts. */
export const allRows = 100_000;

/** Saves tasks as CSV: the filtered ones, or all. */
export function useTaskExport() {
  const { run, busy } = useAction('task.list');
  const save = async (filter: Partial<ReturnType<typeof filterInput>> = {}) => {
    const all = await run({ ...filter, limit: allRows });
    if (all !== null) downloadText('open-swarm-tasks.csv', 'text/csv', tasksCsv(all.rows));
  };
  return { save, busy };
}
