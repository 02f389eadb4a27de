import { expect, test } from 'vitest';
import { fingerprintOf } from '#engine/swarmLink/membership/fingerprintOf.ts';

const computer = {
  processor: 'AMD Ryzen 7',
  cores: 8,
  memoryBytes: 33_500_000_000,
  graphicsBytes: null,
  memoryGBs: null,
};

test('a computer is recognised, also after it was measured and when the system keeps a little more memory', () => {
  const first = fingerprintOf(computer);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprintOf({ ...computer, memoryGBs: 40, memoryBytes: 33_490_000_000 })).toBe(first);
});

test.each([{ processor: 'Intel Core i7' }, { cores: 4 }, { memoryBytes: 17e9 }, { graphicsBytes: 8e9 }])(
  'another one is not: %j',
  (change) => {
    expect(fingerprintOf({ ...computer, ...change })).not.toBe(fingerprintOf(computer));
  },
);
