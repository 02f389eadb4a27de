import { describe, expect, it } from 'vitest';
import { sortRows } from '#renderer/components/table/columns.ts';

interface Row {
  readonly name: string;
  readonly amount: bigint;
}
const rows: readonly Row[] = [
  { name: 'b', amount: 2n },
  { name: 'a', amount: 3n },
  { name: 'c', amount: 2n },
];
const columns = [
  { id: 'name', sortBy: (row: Row) => row.name },
  { id: 'amount', sortBy: (row: Row) => row.amount },
  { id: 'plain' },
];
const names = (sorted: readonly Row[]) => sorted.map((row) => row.name).join('');

describe('tables', () => {
  it('sort by texts and amounts, and keep the order of equal rows', () => {
    expect(names(sortRows(rows, columns, { column: 'name', direction: 'up' }))).toBe('abc');
    expect(names(sortRows(rows, columns, { column: 'amount', direction: 'down' }))).toBe('abc');
    expect(names(sortRows(rows, columns, { column: 'amount', direction: 'up' }))).toBe('bca');
  });

  it('keep the order without an applicable sorting', () => {
    expect(sortRows(rows, columns, undefined)).toBe(rows);
    expect(sortRows(rows, columns, { column: 'plain', direction: 'up' })).toBe(rows);
  });
});
