import { expect, test } from 'vitest';
import { sortRows } from '#renderer/components/table/columns.ts';
import { ledgerColumns } from '#renderer/features/earnings/ledgerColumns.tsx';
import { ledgerCsv } from '#renderer/features/earnings/useLedgerExport.ts';
import type { LedgerRow } from '#shared/api/history.ts';

function entry(entryId: number, available: string, at = 1000): LedgerRow {
  return {
    entryId,
    at,
    category: 'grant',
    taskId: null,
    assignmentId: null,
    available,
    escrow: '0',
    stake: '0',
    pending: '0',
    runningBalance: '5',
    receiptValid: true,
  };
}

const rows = [entry(3, '-0.1'), entry(2, '10', 900), entry(1, '9.5', 900)];
const order = (column: string, direction: 'up' | 'down') =>
  sortRows(rows, ledgerColumns, { column, direction }).map(({ entryId }) => entryId);

test('sorts by time, and by change as numbers with their sign', () => {
  expect(order('time', 'up')).toEqual([1, 2, 3]);
  expect(order('time', 'down')).toEqual([3, 2, 1]);
  expect(order('amount', 'down')).toEqual([2, 1, 3]);
  expect(order('amount', 'up')).toEqual([3, 1, 2]);
});

test('exports exact amounts with signs', () => {
  expect(ledgerCsv([entry(7, '-0.000001')]).split(/\r?\n/)[1]).toBe(
    '7,1970-01-01T00:00:01.000Z,grant,,-0.000001,0,0,5,valid',
  );
});
