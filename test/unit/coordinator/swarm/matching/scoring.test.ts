import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { bestOf, choices, scoreOf } from '#coordinator/swarm/matching/scoring.ts';
import { Seeds } from '#coordinator/swarm/tasks/runs/Seeds.ts';
import { createSigningKey } from '#node/keys/keys.ts';
import { QualityLevel } from '#shared/domain/money/prices.ts';
import { Seed } from '#shared/domain/tasks/sampler.ts';

const facts = fc.record({
  reputation: fc.double({ min: 0, max: 100, noNaN: true }),
  tokensPerSecond: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }),
  onTimeShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
  freeSlots: fc.integer({ min: 0, max: 10 }),
  slots: fc.constant(10),
  failedIt: fc.constant(false),
});

const anyQuality = fc.constantFrom(...QualityLevel.options);

/** Of scores: far above the rounding of a sum of four products, far below a hundredth of a point of reputation. */
const tolerance = 1e-9;

describe('scoreOf', () => {
  test('a node that failed the task comes after every node that did not', () => {
    fc.assert(
      fc.property(facts, facts, anyQuality, (one, other, quality) => {
        expect(scoreOf({ ...one, failedIt: true }, quality)).toBeLessThanOrEqual(scoreOf(other, quality) + tolerance);
      }),
    );
  });

  test('among equals the more reputable node comes first, with the larger lead at high quality', () => {
    fc.assert(
      // Reputation is kept in hundredths.
      fc.property(facts, fc.nat(9999), fc.integer({ min: 1, max: 10_000 }), (node, less, lead) => {
        const worse = { ...node, reputation: less / 100 };
        const better = { ...node, reputation: Math.min(10_000, less + lead) / 100 };
        const leadAt = (quality: QualityLevel) => scoreOf(better, quality) - scoreOf(worse, quality);
        for (const quality of QualityLevel.options) expect(leadAt(quality)).toBeGreaterThan(tolerance);
        expect(Math.abs(leadAt('balanced') - leadAt('fast'))).toBeLessThan(tolerance);
        expect(leadAt('high_quality')).toBeGreaterThan(leadAt('balanced') + tolerance);
      }),
    );
  });

  test('at high quality a lead of a quarter in reputation outweighs everything else', () => {
    fc.assert(
      fc.property(facts, facts, fc.double({ min: 25.01, max: 100, noNaN: true }), (one, other, more) => {
        fc.pre(other.reputation + more <= 100);
        const trusted = { ...one, reputation: other.reputation + more };
        const lead = scoreOf(trusted, 'high_quality') - scoreOf(other, 'high_quality');
        expect(lead).toBeGreaterThan(tolerance);
      }),
    );
  });

  test('scores are shares of one, and the weights say so', () => {
    for (const { weights } of Object.values(choices)) {
      expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    }
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
