import { Search } from 'lucide-react';
import { useState } from 'react';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Credits } from '#renderer/components/data/Credits.tsx';
import type { Column } from '#renderer/components/table/columns.ts';
import { DataTable } from '#renderer/components/table/DataTable.tsx';
import { SearchField } from '#renderer/components/controls/SearchField.tsx';
import { RelativeTime } from '#renderer/components/data/RelativeTime.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { useDebounced } from '#renderer/components/hooks/useDebounced.ts';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { microOf } from '#renderer/format/credits.ts';
import { taskStateWords } from '#renderer/format/taskStates.ts';
import { duration } from '#renderer/format/times.ts';
import { useDraft } from '#renderer/state/DraftContext.tsx';
import { useTaskChanges } from '#renderer/state/answers/useTaskChanges.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { TaskRow } from '#shared/api/history.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

const columns: readonly Column<TaskRow>[] = [
  {
    id: 'time',
    title: 'Time',
    width: '110px',
    cell: (row) => (
      <span className="text-quiet">
        <RelativeTime at={row.createdAt} />
      </span>
    ),
  },
  { id: 'type', title: 'Type', width: '96px', cell: (row) => taskTypes[row.type].shortTitle },
  { id: 'preview', title: 'Prompt', width: 'minmax(120px,1fr)', cell: (row) => row.preview ?? 'Text deleted' },
  {
    id: 'took',
    title: 'Took',
    width: '88px',
    align: 'right',
    cell: (row) => <span className="text-quiet">{row.tookMs === null ? '–' : duration(row.tookMs)}</span>,
  },
  {
    id: 'credits',
    title: 'Credits',
    width: '96px',
    align: 'right',
    cell: (row) => (row.finishedAt === null ? '–' : <Credits amount={microOf(row.credits)} />),
  },
  {
    id: 'state',
    title: 'State',
    width: '116px',
    align: 'right',
    cell: (row) => <Tag tone={taskStateWords(row.status).tone}>{taskStateWords(row.status).label}</Tag>,
  },
];

/** Past tasks; opening a row shows its answer beside the composer. */
export function History() {
  const { show, shownTask } = useDraft();
  const [search, setSearch] = useState('');
  const text = useDebounced(search.trim(), 200);
  const changes = useTaskChanges();
  const { data } = useQuery('task.list', { role: 'requester', limit: 50, ...(text === '' ? {} : { text }) }, changes);
  if (data === null) return null;
  if (data.total === 0 && text === '') return null;
  return (
    <Card flush aria-label="Recent tasks">
      <div className="flex items-center justify-between gap-3 border-b border-line py-2 pr-2 pl-3">
        <h2 className="text-sm font-semibold">Recent tasks</h2>
        <SearchField label="Search your tasks" value={search} onChange={setSearch} className="w-64" />
      </div>
      {data.rows.length === 0 ? (
        <EmptyState icon={Search} title="No results" text="None of your prompts or answers match." />
      ) : (
        <DataTable
          label="Recent tasks"
          columns={columns}
          rows={data.rows}
          rowKey={(row) => row.taskId}
          selectedKey={shownTask ?? ''}
          onOpen={(row) => show(row.taskId)}
          maxHeight="328px"
        />
      )}
    </Card>
  );
}
