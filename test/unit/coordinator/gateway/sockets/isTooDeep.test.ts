import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { isTooDeep } from '#shared/protocol/envelope.ts';

/** The definition: how many steps lead from the value to the deepest one in it. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map((each) => 1 + depthOf(each)));
}

describe('isTooDeep', () => {
  test('counts the steps to the deepest value, of whatever kind', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), (value, limit) => {
        expect(isTooDeep(value, limit)).toBe(depthOf(value) > limit);
      }),
    );
  });

  test('survives hostile depth', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 200_000; depth += 1) value = [value];
    expect(isTooDeep(value)).toBe(true);
  });
});
