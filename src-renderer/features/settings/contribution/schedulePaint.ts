import { slotsPerDay, weekDays, type WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

/** A cell of the grid: day 0 is Monday, slot 0 starts at 00:00. */
export interface Cell {
  readonly day: number;
  readonly slot: number;
}

/** Sets every cell in the rectangle between two cells. */
export interface Stroke {
  readonly from: Cell;
  readonly to: Cell;
  readonly allowed: boolean;
}

export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** "09:30", and "24:00" for the end of a day. */
export function slotTime(slot: number): string {
  return `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 === 0 ? '00' : '30'}`;
}

export function isAllowed(schedule: WeekSchedule, { day, slot }: Cell): boolean {
  return schedule.days[day]?.[slot] === '1';
}

/** The schedule after a stroke. */
export function paint(schedule: WeekSchedule, { from, to, allowed }: Stroke): WeekSchedule {
  const [firstDay, lastDay] = ordered(from.day, to.day);
  const [firstSlot, lastSlot] = ordered(from.slot, to.slot);
  const mark = allowed ? '1' : '0';
  return {
    ...schedule,
    days: schedule.days.map((cells, day) =>
      day < firstDay || day > lastDay
        ? cells
        : cells.slice(0, firstSlot) + mark.repeat(lastSlot - firstSlot + 1) + cells.slice(lastSlot + 1),
    ),
  };
}

/** The cell reached by an arrow key, Home, End or a page key; null for other keys. */
export function cellAfterKey({ day, slot }: Cell, key: string): Cell | null {
  switch (key) {
    case 'ArrowRight':
      return { day, slot: Math.min(slotsPerDay - 1, slot + 1) };
    case 'ArrowLeft':
      return { day, slot: Math.max(0, slot - 1) };
    case 'ArrowDown':
      return { day: Math.min(weekDays.length - 1, day + 1), slot };
    case 'ArrowUp':
      return { day: Math.max(0, day - 1), slot };
    case 'Home':
      return { day, slot: 0 };
    case 'End':
      return { day, slot: slotsPerDay - 1 };
    case 'PageUp':
      return { day: 0, slot };
    case 'PageDown':
      return { day: weekDays.length - 1, slot };
    default:
      return null;
  }
}

/** The schedule as text: "Mon–Fri 18:00–23:00; Sat–Sun all day". */
export function scheduleWords({ days }: WeekSchedule): string {
  const groups: { first: number; last: number; cells: string }[] = [];
  days.forEach((cells, day) => {
    const before = groups.at(-1);
    if (before !== undefined && before.cells === cells) before.last = day;
    else groups.push({ first: day, last: day, cells });
  });
  const parts = groups
    .filter(({ cells }) => cells.includes('1'))
    .map((group) => `${daysText(group)} ${hours(group.cells)}`);
  return parts.length === 0 ? 'never' : parts.join('; ');
}

function daysText({ first, last }: { readonly first: number; readonly last: number }): string {
  if (first === 0 && last === weekDays.length - 1) return 'Every day';
  const [from = '', to = ''] = [weekDays[first], weekDays[last]];
  return first === last ? from : `${from}–${to}`;
}

function hours(cells: string): string {
  if (!cells.includes('0')) return 'all day';
  return [...cells.matchAll(/1+/g)]
    .map((run) => `${slotTime(run.index)}–${slotTime(run.index + run[0].length)}`)
    .join(', ');
}

function ordered(one: number, other: number): readonly [number, number] {
  return one <= other ? [one, other] : [other, one];
}
