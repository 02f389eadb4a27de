import { useEffect, useState, type RefObject } from 'react';

interface Visible {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

const spareRows = 12;

/** Which rows of equal height a scrolling box shows, with some to spare on both sides. */
export function useVisibleRows(box: RefObject<HTMLElement | null>, total: number, rowHeight: number): Visible {
  const [visible, setVisible] = useState<Visible>({ first: 0, end: 40 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - spareRows);
      const end = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + spareRows;
      setVisible((before) => (before.first === first && before.end === end ? before : { first, end }));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      sizes.disconnect();
    };
  }, [box, rowHeight]);
  return { first: Math.min(visible.first, total), end: Math.min(visible.end, total) };
}
