import { expect, test } from 'vitest';
import { clockTime } from '#engine/contribution/policy/snoozeUntil.ts';

const now = new Date(2026, 7, 15, 2, 8).getTime();
const day = 86_400_000;

test.each([
  [now + 3_600_000, '03:08'],
  [now + day, 'Sun 02:08'],
  [now + 5 * day, 'Thu 02:08'],
  [now + 7 * day, 'Sat 22 Aug 02:08'],
  [now + 30 * day, 'Mon 14 Sept 02:08'],
])('an end is told so that it cannot be taken for another day', (at, text) => {
  expect(clockTime(at, now)).toBe(text);
});
