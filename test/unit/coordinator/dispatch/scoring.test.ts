import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { bestOf, scoreOf } from '#coordinator/dispatch/scoring.ts';
import { Seeds } from '#coordinator/dispatch/seeds.ts';
import { createSigningKey } from '#node/keys.ts';
import { Seed } from '#shared/domain/sampler.ts';

const facts = fc.record({
  reputation: fc.double({ min: 0, max: 100, noNaN: true }),
  tokensPerSecond: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }),
  onTimeShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
  freeSlots: fc.integer({ min: 0, max: 10 }),
  slots: fc.constant(10),
  failedIt: fc.constant(false),
});

describe('scoreOf', () => {
  test('a node that failed the task comes after every node that did not', () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        expect(scoreOf({ ...one, failedIt: true })).toBeLessThanOrEqual(scoreOf(other));
      }),
    );
  });

  test('more reputation is never worse', () => {
    fc.assert(
      fc.property(facts, fc.double({ min: 0, max: 100, noNaN: true }), (node, more) => {
        const better = { ...node, reputation: Math.min(100, node.reputation + more) };
        expect(scoreOf(better)).toBeGreaterThanOrEqual(scoreOf(node));
      }),
    );
  });
});

test('the best come first, and the draw decides among equals', () => {
  const items = [
    { item: 'c', score: 0.5, draw: 0.9 },
    { item: 'a', score: 0.9, draw: 0.5 },
    { item: 'b', score: 0.5, draw: 0.1 },
  ];
  expect(bestOf(items, 2)).toEqual(['a', 'b']);
});

test('the best of many are those that sorting all of them would give', () => {
  const ranked = fc.record({ score: fc.integer({ min: 0, max: 5 }), draw: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(fc.uniqueArray(ranked, { selector: ({ draw }) => draw }), fc.nat(5), (all, count) => {
      const items = all.map((each) => ({ ...each, item: each.draw }));
      const sorted = items.toSorted((a, b) => b.score - a.score || a.draw - b.draw);
      expect(bestOf(items, count)).toEqual(sorted.slice(0, count).map(({ item }) => item));
    }),
  );
});

test('each assignment has a seed of its own, within the library’s bounds, that its node cannot foresee', () => {
  const seeds = new Seeds(createSigningKey());
  const of = (assignmentId: string, now = 0) => seeds.seedFor({ taskId: 't', nodeId: 'n', assignmentId }, now);
  expect(of('a')).toBe(of('a'));
  expect(of('a')).not.toBe(of('b'));
  expect(of('a')).not.toBe(of('a', 86_400_000));
  expect(new Seeds(createSigningKey()).seedFor({ taskId: 't', nodeId: 'n', assignmentId: 'a' }, 0)).not.toBe(of('a'));
  for (let index = 0; index < 1000; index += 1) expect(Seed.safeParse(of(String(index))).success).toBe(true);
});
