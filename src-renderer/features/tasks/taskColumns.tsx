import { Credits } from '#renderer/components/data/Credits.tsx';
import type { Column } from '#renderer/components/table/columns.ts';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { microOf } from '#renderer/format/credits.ts';
import { count } from '#renderer/format/numbers.ts';
import { taskStateWords } from '#renderer/format/taskStates.ts';
import { clockTime, duration, exactTime, shortTime } from '#renderer/format/times.ts';
import type { TaskRow } from '#shared/api/history.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

/** Effect of a task on the owner's balance: positive for earned work, negative for submitted tasks. */
function signedAmount(row: Pick<TaskRow, 'role' | 'credits'>): MicroCredits {
  const amount = microOf(row.credits);
  return row.role === 'node' ? amount : -amount;
}

/** Space for the table: a full window, beside an open sheet or in a smaller window, a small window, a phone. */
export type TableSpace = 'wide' | 'narrow' | 'scarce' | 'phone';

/** Columns hidden there; the side sheet shows them all. */
const hiddenColumns: Readonly<Record<TableSpace, readonly string[]>> = {
  wide: [],
  narrow: ['model'],
  scarce: ['model', 'took', 'quality'],
  phone: ['time', 'whose', 'model', 'tokens', 'took', 'quality'],
};

/** The columns of the task table. `today` is any moment of the current day: only older rows show their date. */
export function taskColumns(space: TableSpace, today: number): readonly Column<TaskRow>[] {
  const time = timeColumn(space === 'wide' ? clockTime : shortTime, today);
  const all = [time, ...columns];
  if (space === 'wide') return all;
  return all
    .filter(({ id }) => !hiddenColumns[space].includes(id))
    .map((column) => ({ ...column, width: narrowWidths[column.id] ?? column.width }));
}

const narrowWidths: Readonly<Record<string, string>> = {
  time: '80px',
  whose: '82px',
  type: 'minmax(0,1fr)',
  tokens: '60px',
  took: '66px',
  quality: '62px',
  credits: '80px',
  state: '112px',
};

function timeColumn(format: (at: number, now: number) => string, today: number): Column<TaskRow> {
  return {
    id: 'time',
    title: 'Time',
    width: '108px',
    sortBy: (row) => row.createdAt,
    cell: (row) => (
      <span className="number text-quiet" title={exactTime(row.createdAt)}>
        {format(row.createdAt, today)}
      </span>
    ),
  };
}

const columns: readonly Column<TaskRow>[] = [
  {
    id: 'whose',
    title: 'Whose',
    width: '92px',
    sortBy: (row) => row.role,
    cell: (row) =>
      row.role === 'requester' ? (
        <span className="font-medium">Mine</span>
      ) : (
        <span className="text-quiet">For others</span>
      ),
  },
  {
    id: 'type',
    title: 'Type',
    width: 'minmax(112px,1fr)',
    sortBy: (row) => taskTypes[row.type].title,
    cell: (row) => <span title={row.preview ?? undefined}>{taskTypes[row.type].title}</span>,
  },
  {
    id: 'model',
    title: 'Model',
    width: 'minmax(96px,1fr)',
    sortBy: (row) => row.modelName ?? '',
    cell: (row) => <span className="text-quiet">{row.modelName ?? '–'}</span>,
  },
  {
    id: 'tokens',
    title: 'Tokens',
    width: '76px',
    align: 'right',
    sortBy: (row) => row.outputTokens,
    cell: (row) => count(row.outputTokens),
  },
  {
    id: 'took',
    title: 'Took',
    width: '76px',
    align: 'right',
    sortBy: (row) => row.tookMs ?? -1,
    cell: (row) => <span className="text-quiet">{row.tookMs === null ? '–' : duration(row.tookMs)}</span>,
  },
  {
    id: 'quality',
    title: 'Quality',
    width: '76px',
    align: 'right',
    sortBy: (row) => row.quality ?? -1,
    cell: (row) => (row.quality === null ? '–' : String(row.quality)),
  },
  {
    id: 'credits',
    title: 'Credits',
    width: '92px',
    align: 'right',
    sortBy: signedAmount,
    cell: (row) => (row.finishedAt === null ? '–' : <Credits amount={signedAmount(row)} signed />),
  },
  {
    id: 'state',
    title: 'State',
    width: '124px',
    align: 'right',
    sortBy: (row) => taskStateWords(row.status).label,
    cell: (row) => <Tag tone={taskStateWords(row.status).tone}>{taskStateWords(row.status).label}</Tag>,
  },
];
