import { clsx } from 'clsx';
import { flushSync } from 'react-dom';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { BodyRow } from './BodyRow.tsx';
import { sortRows, type Column, type Sorting } from './columns.ts';
import { HeaderCell } from './HeaderCell.tsx';
import { scrollRowIntoView, useVisibleRows } from './useVisibleRows.ts';

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

/** Pixels, as in the classes of the rows. */
const layout = { rowHeight: 36, headHeight: 32 } as const;

/** A dense table of any length: only the rows in view are mounted. Arrow keys move, Enter opens, headers sort. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, sorting, selectedKey, rowKey, onOpen, onEnd } = props;
  const rows = useMemo(() => sortRows(props.rows, columns, sorting), [props.rows, columns, sorting]);
  const box = useRef<HTMLDivElement>(null);
  const padding = props.dense === true ? 'px-2 first:pl-3 last:pr-3' : 'px-3';
  const template = useMemo(() => ({ gridTemplateColumns: columns.map(({ width }) => width).join(' ') }), [columns]);
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const stopKey = focusedKey ?? selectedKey;
  /** The one row that Tab reaches: the last focused one, the selected one, or the first. */
  const tabStop = useMemo(
    () =>
      stopKey === undefined
        ? 0
        : Math.max(
            0,
            rows.findIndex((row) => rowKey(row) === stopKey),
          ),
    [rows, rowKey, stopKey],
  );
  const { first, end } = useVisibleRows(box, rows.length, layout);
  const renderCells = useCallback((index: number) => cellsOf(columns, rows[index], padding), [columns, rows, padding]);
  const openRow = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    },
    [rows, onOpen],
  );
  const focusRow = useCallback((index: number) => setFocusedKey(keyAt(rows, index, rowKey)), [rows, rowKey]);
  const moveTo = useCallback(
    (index: number) => {
      if (box.current === null) return;
      // The tab stop is always mounted, so the row can take the focus before it is in view.
      flushSync(() => focusRow(index));
      scrollRowIntoView(box.current, index, layout);
      box.current.querySelector<HTMLElement>(`[data-row="${String(index)}"]`)?.focus({ preventScroll: true });
    },
    [focusRow],
  );
  const atEnd = end === rows.length ? rows.length : 0;
  useEffect(() => {
    if (atEnd > 0) onEnd?.();
  }, [atEnd, onEnd]);

  return (
    <div ref={box} className="overflow-auto" style={{ maxHeight: props.maxHeight }}>
      <table aria-label={props.label} aria-rowcount={rows.length + 1} className="block w-max min-w-full text-sm">
        <thead className="sticky top-0 z-10 block bg-surface">
          <tr aria-rowindex={1} className="grid h-8 border-b border-line" style={template}>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={props.onSort} padding={padding} />
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rows.length * layout.rowHeight }}>
          {mountedRows({ first, end, tabStop, total: rows.length }).map((index) => {
            const key = keyAt(rows, index, rowKey);
            return (
              <BodyRow
                key={key}
                index={index}
                top={index * layout.rowHeight}
                total={rows.length}
                isTabStop={index === tabStop}
                selected={selectedKey === undefined ? undefined : key === selectedKey}
                template={template}
                mono={props.mono ?? false}
                renderCells={renderCells}
                onMove={moveTo}
                onFocus={focusRow}
                onOpen={onOpen === undefined ? undefined : openRow}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function keyAt<Row>(rows: readonly Row[], index: number, rowKey: (row: Row) => string): string {
  const row = rows[index];
  return row === undefined ? String(index) : rowKey(row);
}

interface Mounted {
  readonly first: number;
  readonly end: number;
  readonly tabStop: number;
  readonly total: number;
}

/** The rows in view and the tab stop, so that Tab finds it and the focus survives scrolling. */
function mountedRows({ first, end, tabStop, total }: Mounted): readonly number[] {
  const inView = Array.from({ length: end - first }, (_, offset) => first + offset);
  if (tabStop >= total || (tabStop >= first && tabStop < end)) return inView;
  return tabStop < first ? [tabStop, ...inView] : [...inView, tabStop];
}

function cellsOf<Row>(columns: readonly Column<Row>[], row: Row | undefined, padding: string): ReactNode {
  if (row === undefined) return null;
  return columns.map((column) => (
    <td key={column.id} className={clsx('truncate', padding, column.align === 'right' && 'number text-right')}>
      {column.cell(row)}
    </td>
  ));
}
