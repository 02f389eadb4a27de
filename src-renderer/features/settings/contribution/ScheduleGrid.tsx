import { clsx } from 'clsx';
import { memo, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import {
  cellAfterKey,
  dayNames,
  isAllowed,
  paint,
  slotTime,
  type Cell,
  type Stroke,
} from '#renderer/features/settings/contribution/schedulePaint.ts';
import { slotsPerDay, weekDays, type WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

interface ScheduleGridProps {
  readonly schedule: WeekSchedule;
  readonly disabled: boolean;
  /** A finished stroke of the mouse or keyboard: sets every cell in the rectangle. */
  readonly onPaint: (stroke: Stroke) => void;
}

const slots = Array.from({ length: slotsPerDay }, (_, slot) => slot);

/**
 * The week as a grid of half hours to paint. The mouse paints a rectangle. With the keyboard, arrow keys move, Space
 * toggles a cell, and Shift with an arrow key extends the cell's state.
 */
export function ScheduleGrid({ schedule, disabled, onPaint }: ScheduleGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<Cell>({ day: 0, slot: 18 });
  /** The mouse stroke in progress. */
  const [stroke, setStroke] = useState<Stroke | null>(null);
  const shown = stroke === null ? schedule : paint(schedule, stroke);

  const begin = (event: PointerEvent<HTMLElement>) => {
    const cell = cellOf(event.target);
    if (cell === null || disabled || event.button !== 0) return;
    event.preventDefault();
    focusCell(grid.current, cell);
    setAt(cell);
    setStroke({ from: cell, to: cell, allowed: !isAllowed(schedule, cell) });
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    if (stroke === null) return;
    // Looked up by position, since touch captures the pointer on the first cell.
    const cell = cellOf(document.elementFromPoint(event.clientX, event.clientY));
    if (cell === null || (cell.day === stroke.to.day && cell.slot === stroke.to.slot)) return;
    setStroke({ ...stroke, to: cell });
  };
  const end = () => {
    if (stroke === null) return;
    setStroke(null);
    onPaint(stroke);
  };
  const toggle = (cell: Cell) => onPaint({ from: cell, to: cell, allowed: !isAllowed(schedule, cell) });
  const click = (event: MouseEvent<HTMLElement>) => {
    const cell = cellOf(event.target);
    // Assistive technology clicks without a pointer; pointer clicks were already handled as strokes.
    if (event.detail === 0 && cell !== null && !disabled) toggle(cell);
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      if (!disabled) toggle(at);
      return;
    }
    const next = cellAfterKey(at, event.key);
    if (next === null) return;
    event.preventDefault();
    if (event.shiftKey && !disabled) onPaint({ from: at, to: next, allowed: isAllowed(schedule, at) });
    setAt(next);
    focusCell(grid.current, next);
  };

  return (
    // The buttons inside are the controls; strokes across many of them are handled here.
    <div
      ref={grid}
      role="presentation"
      className={clsx('touch-none select-none', disabled && 'opacity-60')}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setStroke(null)}
      onPointerLeave={end}
      onKeyDown={press}
      onClick={click}
    >
      <table aria-label="Weekly hours for working for others" className="w-full table-fixed border-collapse">
        <colgroup>
          <col className="w-11" />
          <col span={slotsPerDay} />
        </colgroup>
        <thead>
          <tr className="number text-[11px] text-quiet">
            <th scope="col">
              <span className="sr-only">Day</span>
            </th>
            {slots
              .filter((slot) => slot % 6 === 0)
              .map((slot) => (
                <th key={slot} scope="colgroup" colSpan={6} className="pb-1 text-left font-normal">
                  {slotTime(slot)}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>
          {weekDays.map((name, day) => (
            <DayRow
              key={name}
              name={name}
              day={day}
              cells={shown.days[day] ?? ''}
              tabStop={at.day === day ? at.slot : null}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DayRowProps {
  readonly name: string;
  readonly day: number;
  readonly cells: string;
  /** The slot that Tab reaches; null when it is in another row. */
  readonly tabStop: number | null;
}

const DayRow = memo(function DayRow({ name, day, cells, tabStop }: DayRowProps) {
  return (
    <tr>
      <th scope="row" className="text-left text-xs font-normal text-quiet">
        {name}
      </th>
      {slots.map((slot) => {
        const allowed = cells[slot] === '1';
        return (
          <td key={slot} className="p-0">
            <button
              type="button"
              data-day={day}
              data-slot={slot}
              tabIndex={slot === tabStop ? 0 : -1}
              aria-pressed={allowed}
              aria-label={`${dayNames[day] ?? ''} ${slotTime(slot)} to ${slotTime(slot + 1)}`}
              className={clsx(
                'block h-[26px] w-full border-t border-l border-surface focus-visible:relative focus-visible:z-10',
                slot % 6 === 0 && slot > 0 && 'border-l-line-strong',
                allowed ? 'bg-accent' : 'bg-track',
              )}
            />
          </td>
        );
      })}
    </tr>
  );
});

function cellOf(target: EventTarget | null): Cell | null {
  const element = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-slot]') : null;
  if (element === null) return null;
  return { day: Number(element.dataset['day']), slot: Number(element.dataset['slot']) };
}

function focusCell(grid: HTMLElement | null, { day, slot }: Cell): void {
  grid?.querySelector<HTMLElement>(`[data-day="${String(day)}"][data-slot="${String(slot)}"]`)?.focus();
}
