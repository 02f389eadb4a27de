import { useEffect, useState, type RefObject } from 'react';

/** A scrolling box with a sticky head and rows of one height; pixels. */
interface RowLayout {
  readonly rowHeight: number;
  readonly headHeight: number;
}

interface VisibleRows {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows mounted on both sides of the visible ones, so that scrolling shows no gaps. */
const overscan = 12;

/** The rows in view, of equal height, with some to spare on both sides. */
export function useVisibleRows(
  box: RefObject<HTMLElement | null>,
  total: number,
  { rowHeight }: RowLayout,
): VisibleRows {
  const [range, setRange] = useState({ first: 0, end: 40 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - overscan);
      const end = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + overscan;
      setRange((before) => (before.first === first && before.end === end ? before : { first, end }));
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      sizes.disconnect();
    };
  }, [box, rowHeight]);
  return { first: Math.min(range.first, total), end: Math.min(range.end, total) };
}

/** Scrolls the box just far enough to show a row below its sticky head. */
export function scrollRowIntoView(box: HTMLElement, index: number, { rowHeight, headHeight }: RowLayout): void {
  const top = index * rowHeight;
  const bottom = top + rowHeight + headHeight - box.clientHeight;
  if (top < box.scrollTop) box.scrollTo({ top });
  else if (bottom > box.scrollTop) box.scrollTo({ top: bottom });
}
