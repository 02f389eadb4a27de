import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { contains } from '#coordinator/judging/quality/oddities.ts';

test('it finds what String.includes finds', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'ä😀'), { maxLength: 40 }).map((parts) => parts.join(''));
  const part = fc.array(fc.constantFrom('a', 'b', 'ä😀'), { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, part, (whole, some) => {
      expect(contains(whole, some)).toBe(whole.includes(some));
    }),
    { numRuns: 2000 },
  );
});
