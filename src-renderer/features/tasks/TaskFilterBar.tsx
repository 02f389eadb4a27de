import { SearchField } from '#renderer/components/controls/SearchField.tsx';
import { Segments, type Segment } from '#renderer/components/controls/Segments.tsx';
import { Select, type SelectOption } from '#renderer/components/controls/Select.tsx';
import type { PeriodFilter, StateFilter, TaskFilters, Whose } from '#renderer/features/tasks/taskFilters.ts';

interface TaskFilterBarProps {
  readonly filters: TaskFilters;
  readonly onChange: (filters: TaskFilters) => void;
}

const sides: readonly Segment<Whose>[] = [
  { value: 'all', label: 'All' },
  { value: 'node', label: 'For others' },
  { value: 'requester', label: 'Mine' },
];
const states: readonly SelectOption<StateFilter>[] = [
  { value: 'any', label: 'Any state' },
  { value: 'running', label: 'Running' },
  { value: 'done', label: 'Completed or paid' },
  { value: 'stopped', label: 'Stopped early' },
  { value: 'failed', label: 'Failed' },
];
const periods: readonly SelectOption<PeriodFilter>[] = [
  { value: 'today', label: 'Today' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
  { value: 'all', label: 'All time' },
];

/** Filters of the task table. */
export function TaskFilterBar({ filters, onChange }: TaskFilterBarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segments
        label="Whose tasks"
        value={filters.whose}
        segments={sides}
        onChange={(whose) => onChange({ ...filters, whose })}
      />
      <SearchField
        label="Search prompts and outputs"
        value={filters.text}
        onChange={(text) => onChange({ ...filters, text })}
        className="flex-1 basis-52"
      />
      <Select
        label="State"
        value={filters.state}
        options={states}
        onChange={(state) => onChange({ ...filters, state })}
      />
      <Select
        label="Period"
        value={filters.period}
        options={periods}
        onChange={(period) => onChange({ ...filters, period })}
      />
    </div>
  );
}
