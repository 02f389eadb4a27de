import { assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellAfterKey,
  isAllowed,
  paint,
  scheduleWords,
  slotTime,
} from '#renderer/features/settings/contribution/schedulePaint.ts';
import { evenSchedule, parseSchedule, slotsPerDay, WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

const cell = record({ day: integer({ min: 0, max: 6 }), slot: integer({ min: 0, max: slotsPerDay - 1 }) });
const inside = (value: number, one: number, other: number) =>
  value >= Math.min(one, other) && value <= Math.max(one, other);

describe('painting', () => {
  test('changes exactly the rectangle between two cells, from any corner', () => {
    assert(
      property(
        record({ from: cell, to: cell, looked: cell }),
        boolean(),
        boolean(),
        ({ from, to, looked }, before, after) => {
          const painted = paint(evenSchedule(before), { from, to, allowed: after });
          const hit = inside(looked.day, from.day, to.day) && inside(looked.slot, from.slot, to.slot);
          expect(isAllowed(painted, looked)).toBe(hit ? after : before);
          expect(WeekSchedule.safeParse(painted).success).toBe(true);
        },
      ),
    );
  });

  test('keeps the time zone', () => {
    const schedule = { ...evenSchedule(false), timeZone: 'Europe/Berlin' };
    expect(paint(schedule, { from: { day: 0, slot: 0 }, to: { day: 1, slot: 1 }, allowed: true }).timeZone).toBe(
      'Europe/Berlin',
    );
  });
});

test('keys never lead out of the grid', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'];
  assert(
    property(cell, constantFrom(...keys), (from, key) => {
      const next = cellAfterKey(from, key);
      expect(next?.day).toBeGreaterThanOrEqual(0);
      expect(next?.day).toBeLessThan(7);
      expect(next?.slot).toBeGreaterThanOrEqual(0);
      expect(next?.slot).toBeLessThan(slotsPerDay);
    }),
  );
  expect(cellAfterKey({ day: 0, slot: 0 }, 'a')).toBeNull();
});

test.each([
  ['Mon-Fri 18:00-23:00, Sat-Sun 00:00-24:00', 'Mon–Fri 18:00–23:00; Sat–Sun all day'],
  ['Mon-Sun 22:00-07:00', 'Every day 00:00–07:00, 22:00–24:00'],
  ['Wed 09:30-10:00', 'Wed 09:30–10:00'],
])('%s is said as "%s"', (text, words) => {
  expect(scheduleWords(parseSchedule(text) ?? evenSchedule(false))).toBe(words);
});

test('an empty week reads "never", and a day ends at 24:00', () => {
  expect(scheduleWords(evenSchedule(false))).toBe('never');
  expect(slotTime(slotsPerDay)).toBe('24:00');
});
