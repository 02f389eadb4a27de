import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { demandPerMille } from '#coordinator/swarm/intake/demand.ts';

const count = fc.integer({ min: 0, max: 100_000 });

test('demand stays within its published bounds', () => {
  fc.assert(
    fc.property(count, count, (waiting, freeNodes) => {
      const demand = demandPerMille({ private: false, waiting, freeNodes });
      expect(demand).toBeGreaterThanOrEqual(500n);
      expect(demand).toBeLessThanOrEqual(3000n);
    }),
  );
});

test('more waiting tasks never make it cheaper', () => {
  fc.assert(
    fc.property(count, count, fc.integer({ min: 1, max: 1000 }), (waiting, free, more) => {
      const of = (tasks: number) => demandPerMille({ private: false, waiting: tasks, freeNodes: free });
      expect(of(waiting + more)).toBeGreaterThanOrEqual(of(waiting));
    }),
  );
});

test('a private swarm is neutral, and so is an empty public one', () => {
  expect(demandPerMille({ private: true, waiting: 1000, freeNodes: 0 })).toBe(1000n);
  expect(demandPerMille({ private: false, waiting: 0, freeNodes: 0 })).toBe(1000n);
});
