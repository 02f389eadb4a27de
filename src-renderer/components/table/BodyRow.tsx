import { clsx } from 'clsx';
import { memo, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';

interface BodyRowProps {
  readonly index: number;
  /** Pixels from the start of the body. */
  readonly top: number;
  readonly total: number;
  /** The one row that Tab reaches; arrow keys move on from there. */
  readonly isTabStop: boolean;
  readonly selected: boolean | undefined;
  readonly template: CSSProperties;
  readonly mono: boolean;
  readonly renderCells: (index: number) => ReactNode;
  readonly onMove: (index: number) => void;
  readonly onFocus: (index: number) => void;
  readonly onOpen: ((index: number) => void) | undefined;
}

/** Memoized, so that scrolling only costs the rows that come into view. */
export const BodyRow = memo(function BodyRow({ index, total, onMove, onFocus, onOpen, ...props }: BodyRowProps) {
  const opens = onOpen !== undefined;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const goal = rowAfterKey(event.key, index, total);
    if (goal !== undefined) {
      event.preventDefault();
      onMove(Math.min(total - 1, Math.max(0, goal)));
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
      {...(opens
        ? {
            tabIndex: props.isTabStop ? 0 : -1,
            onClick: () => onOpen(index),
            onFocus: () => onFocus(index),
            onKeyDown,
          }
        : {})}
      className={clsx(
        'absolute inset-x-0 grid h-9 items-center -outline-offset-2',
        index < total - 1 && 'border-b border-line',
        opens && 'hover:bg-hover aria-selected:bg-hover',
        props.mono && 'mono',
      )}
      style={{ ...props.template, top: props.top }}
    >
      {props.renderCells(index)}
    </tr>
  );
});

/** The row that a key leads to, or undefined when the key does not move. */
function rowAfterKey(key: string, index: number, total: number): number | undefined {
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
