import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  memo,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { sortRows, type Sorting } from './sortRows.ts';
import { useVisibleRows } from './useVisibleRows.ts';

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
  /** Less room between the columns. */
  readonly dense?: boolean;
  /** Called when the last rows come near, to fetch more. */
  readonly onEnd?: () => void;
}

const rowHeight = 36;

/** A dense table of any length: only the visible rows exist. Arrows move, Enter opens, headers sort. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, sorting, selectedKey, rowKey, onOpen, onEnd } = props;
  const rows = useMemo(() => sortRows(props.rows, columns, sorting), [props.rows, columns, sorting]);
  const box = useRef<HTMLDivElement>(null);
  const padding = props.dense === true ? 'px-2 first:pl-3 last:pr-3' : 'px-3';
  const { first, end } = useVisibleRows(box, rows.length, rowHeight);
  const template = useMemo(() => ({ gridTemplateColumns: columns.map(({ width }) => width).join(' ') }), [columns]);
  const selected = useMemo(
    () => (selectedKey === undefined ? -1 : rows.findIndex((row) => rowKey(row) === selectedKey)),
    [rows, rowKey, selectedKey],
  );
  const renderCells = useCallback((index: number) => cellsOf(columns, rows[index], padding), [columns, rows, padding]);
  const openRow = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    },
    [rows, onOpen],
  );
  const atEnd = end === rows.length ? rows.length : 0;
  useEffect(() => {
    if (atEnd > 0) onEnd?.();
  }, [atEnd, onEnd]);

  return (
    <div ref={box} data-table-box className="overflow-auto" style={{ maxHeight: props.maxHeight }}>
      <table aria-label={props.label} aria-rowcount={rows.length + 1} className="block min-w-full text-sm">
        <thead className="sticky top-0 z-10 block bg-surface">
          <tr aria-rowindex={1} className="grid h-8 border-b border-line" style={template}>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={props.onSort} padding={padding} />
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rows.length * rowHeight }}>
          {rows.slice(first, end).map((row, offset) => (
            <BodyRow
              key={rowKey(row)}
              index={first + offset}
              total={rows.length}
              reachable={first + offset === Math.max(0, selected)}
              selected={selectedKey === undefined ? undefined : first + offset === selected}
              template={template}
              mono={props.mono ?? false}
              renderCells={renderCells}
              onOpen={onOpen === undefined ? undefined : openRow}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellsOf<Row>(columns: readonly Column<Row>[], row: Row | undefined, padding: string): ReactNode {
  if (row === undefined) return null;
  return columns.map((column) => (
    <td key={column.id} className={clsx('truncate', padding, column.align === 'right' && 'number text-right')}>
      {column.cell(row)}
    </td>
  ));
}

/** Scrolls a row of the same table into view and gives it the focus. */
function focusRow(from: HTMLElement, index: number): void {
  const box = from.closest('[data-table-box]');
  if (box === null) return;
  const top = index * rowHeight;
  // One more row for the header that stays in view.
  const bottom = top + 2 * rowHeight;
  if (top < box.scrollTop) box.scrollTo({ top });
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTo({ top: bottom - box.clientHeight });
  requestAnimationFrame(() => box.querySelector<HTMLElement>(`[data-row="${String(index)}"]`)?.focus());
}

interface BodyRowProps {
  readonly index: number;
  readonly total: number;
  /** The one row that Tab reaches; arrows go on from there. */
  readonly reachable: boolean;
  readonly selected: boolean | undefined;
  readonly template: CSSProperties;
  readonly mono: boolean;
  readonly renderCells: (index: number) => ReactNode;
  readonly onOpen: ((index: number) => void) | undefined;
}

/** Kept as it is while others scroll by: only rows that come into view cost anything. */
const BodyRow = memo(function BodyRow({ index, total, onOpen, ...props }: BodyRowProps) {
  const opens = onOpen !== undefined;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const goal = rowAfterKey(event.key, index, total);
    if (goal !== undefined) {
      event.preventDefault();
      focusRow(event.currentTarget, Math.min(total - 1, Math.max(0, goal)));
    } else if (opens && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onOpen(index);
    }
  };
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      data-row={index}
      {...(opens ? { tabIndex: props.reachable ? 0 : -1, onClick: () => onOpen(index), onKeyDown } : {})}
      className={clsx(
        'absolute inset-x-0 grid h-9 items-center -outline-offset-2',
        index < total - 1 && 'border-b border-line',
        opens && 'hover:bg-hover aria-selected:bg-hover',
        props.mono && 'mono',
      )}
      style={{ ...props.template, top: index * rowHeight }}
    >
      {props.renderCells(index)}
    </tr>
  );
});

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
  readonly padding: string;
}

function HeaderCell<Row>({ column, sorting, onSort, padding }: HeaderCellProps<Row>) {
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
