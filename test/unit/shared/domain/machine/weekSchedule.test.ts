import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenSchedule, parseSchedule, scheduleAt, WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

const halfHourMs = 1_800_000;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'America/Sao_Paulo',
];

const days = fc.array(
  fc.array(fc.constantFrom('0', '1'), { minLength: 48, maxLength: 48 }).map((cells) => cells.join('')),
  { minLength: 7, maxLength: 7 },
);
const schedule = fc.record({ timeZone: fc.constantFrom(...zones), days });
const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });

/** What a wall clock shows, asked in another way than the code under test does. */
function wallClock(timeZone: string, at: number): { day: number; slot: number } {
  const local = new Date(`${new Date(at).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`);
  return { day: (local.getUTCDay() + 6) % 7, slot: local.getUTCHours() * 2 + Math.floor(local.getUTCMinutes() / 30) };
}

function read(text: string, timeZone: string): WeekSchedule {
  const parsed = parseSchedule(text);
  if (parsed === null) throw new Error(`not read: ${text}`);
  return { ...parsed, timeZone };
}

describe('the weekly schedule', () => {
  test('follows the wall clock in every zone', () => {
    fc.assert(
      fc.property(schedule, instant, (given, at) => {
        const { day, slot } = wallClock(given.timeZone, at);
        expect(scheduleAt(given, at).allowed).toBe(given.days[day]?.[slot] === '1');
      }),
    );
  });

  test('changes exactly at the announced time', () => {
    fc.assert(
      fc.property(schedule, instant, fc.double({ min: 0, max: 1, noNaN: true }), (given, at, part) => {
        const { allowed, changesAt } = scheduleAt(given, at);
        if (changesAt === null) return;
        expect(changesAt).toBeGreaterThan(at);
        expect(scheduleAt(given, changesAt).allowed).toBe(!allowed);
        const between = Math.floor(at + (changesAt - 1 - at) * part);
        expect(scheduleAt(given, between).allowed).toBe(allowed);
      }),
    );
  });

  test('an even schedule never changes', () => {
    fc.assert(
      fc.property(fc.boolean(), instant, (allowed, at) => {
        expect(scheduleAt(evenSchedule(allowed), at)).toEqual({ allowed, changesAt: null });
      }),
    );
  });

  test('a night in which the clock springs forward is an hour shorter', () => {
    const given = read('Sun 01:00-04:00', 'Europe/Berlin');
    const begin = Date.UTC(2026, 2, 29, 0, 0);
    expect(scheduleAt(given, begin - 1).changesAt).toBe(begin);
    expect(scheduleAt(given, begin)).toEqual({ allowed: true, changesAt: begin + 4 * halfHourMs });
  });

  test('a night in which the clock falls back is an hour longer', () => {
    const given = read('Sun 01:00-04:00', 'Europe/Berlin');
    const begin = Date.UTC(2026, 9, 24, 23, 0);
    expect(scheduleAt(given, begin)).toEqual({ allowed: true, changesAt: begin + 8 * halfHourMs });
  });

  test('skipped hours do not occur, repeated ones occur twice', () => {
    const skipped = read('Sun 02:00-03:00', 'Europe/Berlin');
    const saturday = Date.UTC(2026, 2, 28, 12, 0);
    // Not on the 29th of March but a week later, in summer time.
    expect(scheduleAt(skipped, saturday).changesAt).toBe(Date.UTC(2026, 3, 5, 0, 0));
    const repeated = read('Sun 02:00-03:00', 'Europe/Berlin');
    const autumn = Date.UTC(2026, 9, 25, 0, 0);
    expect(scheduleAt(repeated, autumn)).toEqual({ allowed: true, changesAt: autumn + 4 * halfHourMs });
  });

  test('half hours of zones with odd offsets start by their own clock', () => {
    const given = read('Mon 18:00-18:30', 'Asia/Kathmandu');
    const monday = Date.UTC(2026, 5, 1, 12, 15);
    expect(scheduleAt(given, monday)).toEqual({ allowed: true, changesAt: monday + halfHourMs });
  });

  test('parses the usual notation', () => {
    const given = read('Mon-Fri 18:00-23:30, sat-sun', 'UTC');
    expect(given.days[0]).toBe('0'.repeat(36) + '1'.repeat(11) + '0');
    expect(given.days[5]).toBe('1'.repeat(48));
    expect(WeekSchedule.parse(given)).toEqual(given);
    const overNight = read('Sun 22:00-06:00', 'UTC');
    expect(overNight.days[6]).toBe('0'.repeat(44) + '1'.repeat(4));
    expect(overNight.days[0]).toBe('1'.repeat(12) + '0'.repeat(36));
    expect(
      read('Sat-Mon 00:00-00:30', 'UTC')
        .days.map((cells) => cells[0])
        .join(''),
    ).toBe('1000011');
  });

  test.each(['', 'Someday', 'Mon 18-20', 'Mon 18:10-19:00', 'Mon 25:00-26:00', 'Mon 24:00-01:00', 'Mon 10:00'])(
    'does not guess what "%s" means',
    (text) => expect(parseSchedule(text)).toBeNull(),
  );

  test('refuses grids of another shape and zones that do not exist', () => {
    expect(WeekSchedule.safeParse({ days: ['1'] }).success).toBe(false);
    expect(WeekSchedule.safeParse({ ...evenSchedule(true), timeZone: 'Mars/Base' }).success).toBe(false);
  });
});
