import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadPlan, NoFit } from '#engine/inference/pool/planLoad.ts';
import { type IdleModel, evictionOrder, planPlacement, type FreeMemory } from '#engine/inference/pool/planPlacement.ts';

/** Fits with 100 bytes a context of 1, and with each 100 more one of 1 more, up to 4. */
function planWith({ memoryBytes }: FreeMemory): LoadPlan | NoFit {
  const contextSize = Math.min(4, Math.floor(memoryBytes / 100));
  if (contextSize < 1) return { kind: 'no_fit', needBytes: 100 };
  const threads = { decodeThreads: 1, prefillThreads: 1 };
  return {
    kind: 'plan',
    contextSize,
    sequences: 1,
    ...threads,
    gpuLayers: 0,
    memoryBytes: contextSize * 100,
    graphicsBytes: 0,
  };
}

const idleModels = fc.uniqueArray(
  fc.record({
    digest: fc.string({ minLength: 1, maxLength: 4 }),
    memoryBytes: fc.integer({ min: 10, max: 300 }),
    graphicsBytes: fc.constant(0),
    demand: fc.nat(3),
    lastUsedAt: fc.nat(10),
  }),
  { selector: ({ digest }) => digest, maxLength: 6 },
);

function sizeOf(idle: readonly IdleModel[], digests: readonly string[]): number {
  return idle.filter(({ digest }) => digests.includes(digest)).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
}

describe('planPlacement', () => {
  test('gives the widest context there is room for, and evicts nothing without need', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 500 }), idleModels, (free, idle) => {
        const placement = planPlacement(planWith, { memoryBytes: free, graphicsBytes: 0 }, idle);
        const everything =
          sizeOf(
            idle,
            idle.map(({ digest }) => digest),
          ) + free;
        const widest = planWith({ memoryBytes: everything, graphicsBytes: 0 });
        expect(placement.kind === 'no_fit').toBe(widest.kind === 'no_fit');
        if (placement.kind === 'no_fit' || widest.kind === 'no_fit') return;
        expect(placement.plan.contextSize).toBe(widest.contextSize);
        expect(placement.plan.memoryBytes).toBeLessThanOrEqual(free + sizeOf(idle, placement.evict));
        for (const digest of placement.evict) {
          const others = placement.evict.filter((each) => each !== digest);
          expect(free + sizeOf(idle, others)).toBeLessThan(widest.memoryBytes);
        }
      }),
    );
  });

  test('a small model with little demand may stay when a large one is evicted anyway', () => {
    const small = { digest: 'small', memoryBytes: 50, graphicsBytes: 0, demand: 0, lastUsedAt: 0 };
    const big = { digest: 'big', memoryBytes: 400, graphicsBytes: 0, demand: 1, lastUsedAt: 0 };
    const placement = planPlacement(planWith, { memoryBytes: 0, graphicsBytes: 0 }, [big, small]);
    expect(placement).toMatchObject({ kind: 'placement', evict: ['big'] });
  });
});

test('evicts the least demanded first, then the least recently used', () => {
  const of = (digest: string, demand: number, lastUsedAt: number) => ({
    digest,
    memoryBytes: 1,
    graphicsBytes: 0,
    demand,
    lastUsedAt,
  });
  const order = evictionOrder([of('a', 2, 1), of('b', 0, 9), of('c', 0, 3), of('d', 0, Number.NEGATIVE_INFINITY)]);
  expect(order.map(({ digest }) => digest).join('')).toBe('dcba');
});
