import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import type { Column, Sorting } from './columns.ts';

interface HeaderCellProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((sorting: Sorting) => void) | undefined;
  readonly padding: string;
}

/** The title of a column; of a sortable one, the button that sorts by it. */
export function HeaderCell<Row>({ column, sorting, onSort, padding }: HeaderCellProps<Row>) {
  const active = sorting?.column === column.id ? sorting.direction : undefined;
  const sortable = column.sortBy !== undefined && onSort !== undefined;
  return (
    <th
      scope="col"
      aria-sort={!sortable ? undefined : active === undefined ? 'none' : active === 'up' ? 'ascending' : 'descending'}
      className={clsx(
        'flex items-center text-left text-xs font-medium text-quiet',
        padding,
        column.align === 'right' && 'justify-end',
      )}
    >
      {sortable ? (
        <button
          type="button"
          className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-ink"
          onClick={() => onSort({ column: column.id, direction: active === 'down' ? 'up' : 'down' })}
        >
          {column.title}
          {active === undefined ? null : <Icon of={active === 'up' ? ArrowUp : ArrowDown} size={12} />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}
