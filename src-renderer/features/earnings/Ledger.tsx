import { Download, ScrollText } from 'lucide-react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/Button.tsx';
import { Card } from '#renderer/components/Card.tsx';
import { DataTable, type Column } from '#renderer/components/DataTable.tsx';
import { downloadText } from '#renderer/components/downloadText.ts';
import { EmptyState } from '#renderer/components/EmptyState.tsx';
import { Icon } from '#renderer/components/Icon.tsx';
import { csvOf } from '#renderer/format/csv.ts';
import { exactCredits, microOf, plainCredits } from '#renderer/format/credits.ts';
import { entryWords } from '#renderer/format/entries.ts';
import { clockTime, exactTime } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/EngineContext.tsx';
import { useAction } from '#renderer/state/useAction.ts';
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
  const all = useAction('ledger.list');
  const save = async () => {
    const every = await all.run({ limit: 100_000 });
    if (every !== null) downloadText('open-swarm-ledger.csv', 'text/csv', ledgerCsv(every.rows));
  };
  return (
    <Card flush aria-label="Ledger">
      <div className="flex h-8 items-center justify-between border-b border-line pr-1 pl-3">
        <h2 className="text-xs font-medium text-quiet">Ledger</h2>
        <Button
          look="ghost"
          tight
          aria-label="Export the ledger as CSV"
          title="Export the ledger as CSV"
          disabled={all.busy || (data?.total ?? 0) === 0}
          onClick={() => void save()}
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

/** The ledger as CSV with exact amounts and signs. */
export function ledgerCsv(rows: readonly LedgerRow[]): string {
  return csvOf(
    ['entry', 'time', 'category', 'task', 'available', 'escrow', 'pending', 'balance', 'receipt'],
    rows.map((row) => [
      String(row.entryId),
      new Date(row.at).toISOString(),
      row.category,
      row.taskId ?? '',
      plainAmount(row.available),
      plainAmount(row.escrow),
      plainAmount(row.pending),
      plainAmount(row.runningBalance),
      row.receiptValid ? 'valid' : 'invalid',
    ]),
  );
}

function plainAmount(text: string): string {
  return plainCredits(microOf(text));
}
