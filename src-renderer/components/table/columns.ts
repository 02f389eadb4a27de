import type { ReactNode } from 'react';

/** One column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** CSS grid width of the column, for example `88px` or `minmax(0,1fr)`. */
  readonly width: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => ReactNode;
  /** The sort key; without it the column does not sort. */
  readonly sortBy?: (row: Row) => string | number | bigint;
}

/** Which column a table is sorted by; `down` puts the largest first. */
export interface Sorting {
  readonly column: string;
  readonly direction: 'up' | 'down';
}

/** The rows, stably sorted; unchanged without a sorting. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Pick<Column<Row>, 'id' | 'sortBy'>[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const sortBy = columns.find((column) => column.id === sorting?.column)?.sortBy;
  if (sorting === undefined || sortBy === undefined) return rows;
  const sign = sorting.direction === 'up' ? 1 : -1;
  return rows.toSorted((one, other) => sign * compare(sortBy(one), sortBy(other)));
}

function compare(one: string | number | bigint, other: string | number | bigint): number {
  if (typeof one === 'string' && typeof other === 'string') return one.localeCompare(other);
  return one < other ? -1 : one > other ? 1 : 0;
}
