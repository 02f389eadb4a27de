import { z } from 'zod';

/** Half hours in a day, each one cell of the grid. */
export const slotsPerDay = 48;

/** Days in the order of the grid. */
export const weekDays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const Day = z.string().regex(/^[01]{48}$/, 'must be 48 characters, 0 or 1, one per half hour from 00:00');

/**
 * When work for others is allowed, as a grid of half hours of local time: seven days from Monday, 48 characters each,
 * `1` allowed, `0` not. The hour skipped by daylight saving is skipped here too, and the repeated hour counts twice.
 */
export const WeekSchedule = z.object({
  /** IANA name such as `Europe/Berlin`; null for the computer's own zone. */
  timeZone: z.string().max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin').nullable().default(null),
  days: z.array(Day).length(7),
});
export type WeekSchedule = z.infer<typeof WeekSchedule>;

const halfHourMs = 1_800_000;
const minuteMs = 60_000;

/** Half hours searched for the next change: daylight saving may skip the only allowed hour of a week. */
const mostSteps = 15 * slotsPerDay;

/** A schedule that allows every half hour, or none. */
export function evenSchedule(allowed: boolean): WeekSchedule {
  return { timeZone: null, days: weekDays.map(() => (allowed ? '1' : '0').repeat(slotsPerDay)) };
}

/** Whether the schedule allows work at `now` (UTC ms), and when that changes; null when it never does. */
export function scheduleAt(schedule: WeekSchedule, now: number): { allowed: boolean; changesAt: number | null } {
  const local = localClock(schedule.timeZone);
  const isAllowed = ({ day, minute }: LocalTime): boolean => schedule.days[day]?.[Math.floor(minute / 30)] === '1';
  const first = local(now);
  const allowed = isAllowed(first);
  if (schedule.days.every((cells) => !cells.includes(allowed ? '0' : '1'))) return { allowed, changesAt: null };
  let at = now;
  let time = first;
  for (let step = 0; step < mostSteps && isAllowed(time) === allowed; step += 1) {
    // All zone offsets are whole minutes, so the next half hour starts on a whole minute of UTC.
    const wholeMinute = Math.floor(at / minuteMs) * minuteMs;
    at = wholeMinute + halfHourMs - (time.minute % 30) * minuteMs;
    time = local(at);
  }
  return { allowed, changesAt: isAllowed(time) === allowed ? null : at };
}

/** The allowed times as windows of the week, in minutes from Monday 00:00 of the schedule's own clock; ascending. */
export function windowsOf({ days }: WeekSchedule): { fromMinute: number; toMinute: number }[] {
  const cells = days.join('');
  return [...cells.matchAll(/1+/g)].map(({ 0: run, index }) => ({
    fromMinute: index * 30,
    toMinute: (index + run.length) * 30,
  }));
}

/** Day of the grid (Monday is 0) and minute of that day. */
interface LocalTime {
  readonly day: number;
  readonly minute: number;
}

/** Converts instants to local time; create it once, since the formatter is expensive to build. */
function localClock(timeZone: string | null): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === null ? {} : { timeZone }),
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const name = parts.get('weekday') ?? '';
    return {
      day: weekDays.findIndex((day) => name.startsWith(day)),
      minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
    };
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/**
 * Parses a schedule such as `Mon-Fri 18:00-23:00, Sat-Sun 00:00-24:00`. Days without times mean the whole day; a range
 * that ends before it starts continues into the next day. Null when invalid or not on half hours.
 */
export function parseSchedule(text: string): WeekSchedule | null {
  const grid = weekDays.map(() => Array.from({ length: slotsPerDay }, () => '0'));
  for (const part of text.split(',')) {
    const match = /^\s*([a-z]{3})(?:-([a-z]{3}))?(?:\s+(\d{1,2}:\d{2})-(\d{1,2}:\d{2}))?\s*$/i.exec(part);
    const first = dayOf(match?.[1]);
    const last = match?.[2] === undefined ? first : dayOf(match[2]);
    const from = match?.[3] === undefined ? 0 : slotOf(match[3]);
    const to = match?.[4] === undefined ? slotsPerDay : slotOf(match[4]);
    if (first < 0 || last < 0 || from === null || to === null || from === slotsPerDay) return null;
    const length = to > from ? to - from : to + slotsPerDay - from;
    for (let day = first; ; day = (day + 1) % 7) {
      for (let slot = from; slot < from + length; slot += 1) {
        const cells = grid[(day + Math.floor(slot / slotsPerDay)) % 7];
        if (cells !== undefined) cells[slot % slotsPerDay] = '1';
      }
      if (day === last) break;
    }
  }
  return { timeZone: null, days: grid.map((cells) => cells.join('')) };
}

function dayOf(name: string | undefined): number {
  return weekDays.findIndex((day) => day.toLowerCase() === name?.toLowerCase());
}

/** "18:30" as a half hour of the day, 24:00 as the end of it. */
function slotOf(text: string): number | null {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  const slot = hour * 2 + minute / 30;
  return Number.isInteger(slot) && slot >= 0 && slot <= slotsPerDay && minute < 60 ? slot : null;
}
