import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useRef, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from '#renderer/components/Icon.tsx';
import { sortRows, type Sorting } from '#renderer/components/sortRows.ts';
import { useVisibleRows } from '#renderer/components/useVisibleRows.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** CSS grid width of the column, for example `88px` or `minmax(0,1fr)`. */
  readonly width: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => ReactNode;
  /** What the column sorts by; without it the column does not sort. */
  readonly sortBy?: (row: Row) => string | number | bigint;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sorting?: Sorting | undefined;
  readonly onSort?: (sorting: Sorting) => void;
  readonly selectedKey?: string | undefined;
  readonly onOpen?: (row: Row) => void;
  /** CSS height of the scrolling part; the table is only as high as its rows need. */
  readonly maxHeight: string;
  readonly mono?: boolean;
}

const rowHeight = 36;

/** A dense table of any length: only the visible rows exist. Arrows move, Enter opens, headers sort. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, sorting, selectedKey, rowKey } = props;
  const rows = useMemo(() => sortRows(props.rows, columns, sorting), [props.rows, columns, sorting]);
  const box = useRef<HTMLDivElement>(null);
  const { first, end } = useVisibleRows(box, rows.length, rowHeight);
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  const selected = selectedKey === undefined ? -1 : rows.findIndex((row) => rowKey(row) === selectedKey);

  const focusRow = (index: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, index));
    const element = box.current;
    if (element === null) return;
    const top = next * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    // One more row for the header that stays in view.
    else if (top + 2 * rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + 2 * rowHeight - element.clientHeight;
    requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-row="${String(next)}"]`)?.focus());
  };

  return (
    <div ref={box} className="overflow-auto" style={{ maxHeight: props.maxHeight }}>
      <table aria-label={props.label} aria-rowcount={rows.length + 1} className="block min-w-full text-sm">
        <thead className="sticky top-0 z-10 block bg-surface">
          <tr aria-rowindex={1} className="grid h-8 border-b border-line" style={template}>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rows.length * rowHeight }}>
          {rows.slice(first, end).map((row, offset) => (
            <BodyRow
              key={rowKey(row)}
              row={row}
              index={first + offset}
              last={first + offset === rows.length - 1}
              reachable={first + offset === Math.max(0, selected)}
              selected={selectedKey === undefined ? undefined : first + offset === selected}
              template={template}
              columns={columns}
              mono={props.mono ?? false}
              onOpen={props.onOpen}
              onMove={focusRow}
              total={rows.length}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface BodyRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly total: number;
  readonly last: boolean;
  /** The one row that Tab reaches; arrows go on from there. */
  readonly reachable: boolean;
  readonly selected: boolean | undefined;
  readonly template: CSSProperties;
  readonly columns: readonly Column<Row>[];
  readonly mono: boolean;
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly onMove: (index: number) => void;
}

function BodyRow<Row>({ row, index, onOpen, ...props }: BodyRowProps<Row>) {
  const opens = onOpen !== undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    const goal = rowAfterKey(event.key, index, props.total);
    if (goal !== undefined) {
      event.preventDefault();
      props.onMove(goal);
    } else if (opens && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onOpen(row);
    }
  };
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      data-row={index}
      {...(opens ? { tabIndex: props.reachable ? 0 : -1, onClick: () => onOpen(row), onKeyDown } : {})}
      className={clsx(
        'absolute inset-x-0 grid h-9 items-center -outline-offset-2',
        !props.last && 'border-b border-line',
        opens && 'hover:bg-hover aria-selected:bg-hover',
        props.mono && 'mono',
      )}
      style={{ ...props.template, top: index * rowHeight }}
    >
      {props.columns.map((column) => (
        <td key={column.id} className={clsx('truncate px-3', column.align === 'right' && 'number text-right')}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** Where a key leads from a row, or undefined when the key does not move. */
export function rowAfterKey(key: string, index: number, total: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return index + 1;
    case 'ArrowUp':
      return index - 1;
    case 'PageDown':
      return index + 12;
    case 'PageUp':
      return index - 12;
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return undefined;
  }
}

interface HeaderCellProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((sorting: Sorting) => void) | undefined;
}

function HeaderCell<Row>({ column, sorting, onSort }: HeaderCellProps<Row>) {
  const active = sorting?.column === column.id ? sorting.direction : undefined;
  const sortable = column.sortBy !== undefined && onSort !== undefined;
  return (
    <th
      scope="col"
      aria-sort={!sortable ? undefined : active === undefined ? 'none' : active === 'up' ? 'ascending' : 'descending'}
      className={clsx(
        'flex items-center px-3 text-left text-xs font-medium text-quiet',
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
