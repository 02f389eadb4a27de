/** Which column a table is sorted by; `down` puts the largest first. */
export interface Sorting {
  readonly column: string;
  readonly direction: 'up' | 'down';
}

interface Sortable<Row> {
  readonly id: string;
  readonly sortBy?: (row: Row) => string | number | bigint;
}

/** The rows in the wanted order; the order of equal rows is kept. Without a sorting the rows stay as they came. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
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
