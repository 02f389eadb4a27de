// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Column } from '#renderer/components/table/columns.ts';
import { DataTable } from '#renderer/components/table/DataTable.tsx';

const rows = Array.from({ length: 10_000 }, (_, index) => ({ name: `row ${String(index)}`, size: index % 7 }));
type Row = (typeof rows)[number];
const columns: readonly Column<Row>[] = [
  { id: 'name', title: 'Name', width: '1fr', cell: (row) => row.name },
  { id: 'size', title: 'Size', width: '80px', cell: (row) => String(row.size), sortBy: (row) => row.size },
];

/** Nothing is resized here. */
class SilentResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** jsdom lays nothing out: the box is 400 pixels high, so that eleven rows are in view. */
beforeEach(() => {
  vi.stubGlobal('ResizeObserver', SilentResizeObserver);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400);
  Element.prototype.scrollTo = function scrollTo(this: Element, to?: ScrollToOptions | number) {
    this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0;
    fireEvent.scroll(this);
  };
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Element.prototype, 'scrollTo');
});

function show(more: Partial<Parameters<typeof DataTable<Row>>[0]> = {}) {
  render(
    <DataTable label="Things" columns={columns} rows={rows} rowKey={(row) => row.name} maxHeight="400px" {...more} />,
  );
}

const bodyRows = () => screen.getAllByRole('row').slice(1);
const focusedName = () => document.activeElement?.firstElementChild?.textContent;
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

test('mounts only the rows in view, and tells assistive technology about all of them', () => {
  show();
  expect(bodyRows().length).toBeLessThan(40);
  expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('10001');
  expect(bodyRows()[0]?.getAttribute('aria-rowindex')).toBe('2');
});

test('the keyboard reaches every row, opens it, and never loses the focus', () => {
  const onOpen = vi.fn();
  show({ onOpen });
  bodyRows()[0]?.focus();
  press('End');
  expect(focusedName()).toBe('row 9999');
  expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('10001');
  press('ArrowDown');
  expect(focusedName()).toBe('row 9999');
  press('PageUp');
  press('ArrowUp');
  expect(focusedName()).toBe('row 9986');
  press('Enter');
  expect(onOpen).toHaveBeenCalledWith(rows[9986]);
  // Scrolled away with the mouse: the row is out of view, yet it keeps the focus and stays the one that Tab reaches.
  const box = screen.getByRole('table').parentElement;
  box?.scrollTo({ top: 0 });
  expect(focusedName()).toBe('row 9986');
  expect(
    bodyRows()
      .filter((row) => row.tabIndex === 0)
      .map((row) => row.firstElementChild?.textContent),
  ).toEqual(['row 9986']);
});

test('Tab reaches the selected row wherever the table is scrolled to', () => {
  show({ onOpen: () => undefined, selectedKey: 'row 5000' });
  const stops = bodyRows().filter((row) => row.tabIndex === 0);
  expect(stops.map((row) => row.getAttribute('aria-selected'))).toEqual(['true']);
});

test('asks for more once the last rows come near, and not before', () => {
  const onEnd = vi.fn();
  show({ onEnd });
  expect(onEnd).not.toHaveBeenCalled();
  screen.getByRole('table').parentElement?.scrollTo({ top: 10_000 * 36 - 400 });
  expect(onEnd).toHaveBeenCalledTimes(1);
});

test('rows that cannot be opened are not focusable', () => {
  show();
  expect(bodyRows().every((row) => row.getAttribute('tabindex') === null)).toBe(true);
});
