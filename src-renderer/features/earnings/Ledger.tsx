import { Download, ScrollText } from 'lucide-react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/Button.tsx';
import { Card } from '#renderer/components/Card.tsx';
import { DataTable, type Column } from '#renderer/components/DataTable.tsx';
import { EmptyState } from '#renderer/components/EmptyState.tsx';
import { Icon } from '#renderer/components/Icon.tsx';
import { useLedgerExport } from '#renderer/features/earnings/useLedgerExport.ts';
import { exactCredits, microOf } from '#renderer/format/credits.ts';
import { entryWords } from '#renderer/format/entries.ts';
import { clockTime, exactTime } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/EngineContext.tsx';
import { useQuery } from '#renderer/state/useQuery.ts';
import type { LedgerRow } from '#shared/api/history.ts';

const columns: readonly Column<LedgerRow>[] = [
  {
    id: 'time',
    title: 'Time',
    width: '116px',
    cell: (row) => (
      <span className="text-quiet" title={exactTime(row.at)}>
        {clockTime(row.at, Date.now())}
      </span>
    ),
  },
  {
    id: 'what',
    title: 'What',
    width: 'minmax(0,1fr)',
    cell: (row) => (
      <span title={row.taskId ?? undefined}>
        {entryWords(row.category)}
        {row.taskId === null ? '' : ` ${row.taskId.slice(0, 8)}…`}
        {row.receiptValid ? null : <span className="text-danger-text"> receipt does not fit</span>}
      </span>
    ),
  },
  {
    id: 'amount',
    title: 'Change',
    width: '112px',
    align: 'right',
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

/** Every entry of the own account with the balance after it, newest first. Nothing is rounded here. */
export function Ledger() {
  const money = useSlice('money');
  const [, navigate] = useLocation();
  const { data } = useQuery('ledger.list', { limit: 1000 }, money);
  const exporting = useLedgerExport();
  return (
    <Card flush aria-label="Ledger">
      <div className="flex h-8 items-center justify-between border-b border-line pr-1 pl-3">
        <h2 className="text-xs font-medium text-quiet">Ledger</h2>
        <Button
          look="ghost"
          tight
          aria-label="Export the ledger as CSV"
          title="Export the ledger as CSV"
          disabled={exporting.busy || (data?.total ?? 0) === 0}
          onClick={() => void exporting.save()}
          icon={<Icon of={Download} size={14} />}
        />
      </div>
      {data !== null && data.rows.length === 0 ? (
        <EmptyState
          icon={ScrollText}
          title="No entries yet"
          text="The first credits that move are written down here."
        />
      ) : (
        <DataTable
          label="Ledger"
          mono
          columns={columns}
          rows={data?.rows ?? []}
          rowKey={(row) => String(row.entryId)}
          onOpen={(row) => {
            if (row.taskId !== null) navigate(`/tasks/${row.taskId}`);
          }}
          maxHeight="400px"
        />
      )}
    </Card>
  );
}
