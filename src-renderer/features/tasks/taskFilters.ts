import type { CommandInput } from '#shared/api/commands.ts';
import type { TaskRole } from '#shared/api/snapshot.ts';

export type Whose = 'all' | TaskRole;
export type StateFilter = 'any' | 'running' | 'done' | 'stopped' | 'failed';
export type PeriodFilter = 'today' | 'week' | 'month' | 'all';

export interface TaskFilters {
  readonly whose: Whose;
  readonly state: StateFilter;
  readonly period: PeriodFilter;
  readonly text: string;
}

export const allTasks: TaskFilters = { whose: 'all', state: 'any', period: 'all', text: '' };

/** Task and assignment statuses behind each filter. */
const statuses: Readonly<Record<Exclude<StateFilter, 'any'>, readonly string[]>> = {
  running: ['blocked', 'queued', 'offered', 'running', 'delivered'],
  done: ['completed', 'accepted'],
  stopped: ['cancelled', 'expired', 'handed_over', 'superseded'],
  failed: ['failed', 'rejected', 'lost'],
};

const day = 86_400_000;

/** The filters as query input. `today` is the start of the local day. */
export function filterInput(filters: TaskFilters, today: number): CommandInput<'task.list'> {
  const since = { today, week: today - 6 * day, month: today - 29 * day, all: undefined }[filters.period];
  const text = filters.text.trim();
  return {
    ...(filters.whose === 'all' ? {} : { role: filters.whose }),
    ...(filters.state === 'any' ? {} : { statuses: [...statuses[filters.state]] }),
    ...(since === undefined ? {} : { since }),
    ...(text === '' ? {} : { text }),
  };
}
