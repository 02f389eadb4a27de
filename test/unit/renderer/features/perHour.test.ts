import { expect, test } from 'vitest';
import { perHour } from '#renderer/features/earnings/perHour.ts';

test('an hour’s pay is told once there is enough work to tell', () => {
  expect(perHour(500_000n, 1_800_000)).toBe(1_000_000n);
  expect(perHour(500_000n, 10_000)).toBe(180_000_000n);
  expect(perHour(500_000n, 9_999)).toBeNull();
  expect(perHour(0n, 0)).toBeNull();
});
