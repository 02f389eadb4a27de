import type { Column } from '#renderer/components/table/columns.ts';
import { exactCredits, microOf } from '#renderer/format/credits.ts';
import { entryWords } from '#renderer/format/entries.ts';
import { clockTime, exactTime } from '#renderer/format/times.ts';
import type { LedgerRow } from '#shared/api/history.ts';

/** Columns of the ledger; entries of the same moment sort by number. */
export const ledgerColumns: readonly Column<LedgerRow>[] = [
  {
    id: 'time',
    title: 'Time',
    width: '116px',
    sortBy: (row) => row.entryId,
    cell: (row) => (
      <span className="text-quiet" title={exactTime(row.at)}>
        {clockTime(row.at, Date.now())}
      </span>
    ),
  },
  {
    id: 'entry',
    title: 'Entry',
    width: 'minmax(112px,1fr)',
    cell: (row) => (
      <span title={row.taskId ?? undefined}>
        {entryWords(row.category)}
        {row.taskId === null ? '' : ` ${row.taskId.slice(0, 8)}…`}
        {row.receiptValid ? null : <span className="text-danger-text"> invalid receipt</span>}
      </span>
    ),
  },
  {
    id: 'amount',
    title: 'Change',
    width: '112px',
    align: 'right',
    sortBy: (row) => microOf(row.available),
    cell: (row) => {
      const amount = microOf(row.available);
      return <span className={amount > 0n ? 'text-accent-text' : undefined}>{exactCredits(amount, true)}</span>;
    },
  },
  {
    id: 'balance',
    title: 'Balance',
    width: '124px',
    align: 'right',
    cell: (row) => <span className="text-quiet">{exactCredits(microOf(row.runningBalance))}</span>,
  },
];
