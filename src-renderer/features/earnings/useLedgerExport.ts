import { downloadText } from '#renderer/components/text/downloadText.ts';
import { csvOf } from '#renderer/format/csv.ts';
import { microOf, plainCredits } from '#renderer/format/credits.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { LedgerRow } from '#shared/api/history.ts';

/** The largest limit that the engine accepts. */
export const allEntries = 100_000;

/** Saves the whole ledger as CSV. */
export function useLedgerExport() {
  const { run, busy } = useAction('ledger.list');
  const save = async () => {
    const every = await run({ limit: allEntries });
    if (every !== null) downloadText('open-swarm-ledger.csv', 'text/csv', ledgerCsv(every.rows));
  };
  return { save, busy };
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
