import { useLocation } from 'wouter';
import { Card } from '#renderer/components/layout/Card.tsx';
import type { Column } from '#renderer/components/table/columns.ts';
import { DataTable } from '#renderer/components/table/DataTable.tsx';
import { RelativeTime } from '#renderer/components/data/RelativeTime.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { taskStateWords } from '#renderer/format/taskStates.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
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
        <RelativeTime at={row.finishedAt ?? row.createdAt} />
      </span>
    ),
  },
  { id: 'check', title: 'Check', width: '180px', cell: () => 'Automated quality' },
  {
    id: 'type',
    title: 'Type',
    width: 'minmax(112px,1fr)',
    cell: (row) => <span className="text-quiet">{taskTypes[row.type].title}</span>,
  },
  {
    id: 'score',
    title: 'Score',
    width: '88px',
    align: 'right',
    cell: (row) => String(row.quality ?? '–'),
  },
  {
    id: 'state',
    title: 'Result',
    width: '124px',
    align: 'right',
    cell: (row) =>
      row.status === 'rejected' ? (
        <Tag tone="danger">{taskStateWords(row.status).label}</Tag>
      ) : (
        <Tag tone="good">Passed</Tag>
      ),
  },
];

/** The latest judged results of this computer. */
export function RecentChecks() {
  const [, navigate] = useLocation();
  const reputation = useSlice('reputation');
  const { data } = useQuery('task.list', { role: 'node', statuses: ['accepted', 'rejected'], limit: 20 }, reputation);
  const judged = data?.rows.filter((row) => row.quality !== null || row.status === 'rejected') ?? [];
  if (judged.length === 0) return null;
  return (
    <Card flush aria-label="Recent checks">
      <DataTable
        label="Recent checks"
        columns={columns}
        rows={judged}
        rowKey={(row) => `${row.taskId} ${String(row.createdAt)}`}
        onOpen={(row) => navigate(`/tasks/${row.taskId}/node`)}
        maxHeight="328px"
      />
    </Card>
  );
}
