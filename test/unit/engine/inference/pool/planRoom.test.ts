import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadPlan, NoFit } from '#engine/inference/pool/planLoad.ts';
import { type IdleModel, leavingOrder, planRoom, type Room } from '#engine/inference/pool/planRoom.ts';

/** Fits with 100 bytes a context of 1, and with each 100 more one of 1 more, up to 4. */
function planIn({ memoryBytes }: Room): LoadPlan | NoFit {
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
    wanted: fc.nat(3),
    lastUsedAt: fc.nat(10),
  }),
  { selector: ({ digest }) => digest, maxLength: 6 },
);

function sizeOf(idle: readonly IdleModel[], digests: readonly string[]): number {
  return idle.filter(({ digest }) => digests.includes(digest)).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
}

describe('planRoom', () => {
  test('gives the widest context there is room for, and nobody leaves who could stay', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 500 }), idleModels, (free, idle) => {
        const room = planRoom(planIn, { memoryBytes: free, graphicsBytes: 0 }, idle);
        const everything =
          sizeOf(
            idle,
            idle.map(({ digest }) => digest),
          ) + free;
        const widest = planIn({ memoryBytes: everything, graphicsBytes: 0 });
        expect(room.kind === 'no_fit').toBe(widest.kind === 'no_fit');
        if (room.kind === 'no_fit' || widest.kind === 'no_fit') return;
        expect(room.plan.contextSize).toBe(widest.contextSize);
        expect(room.plan.memoryBytes).toBeLessThanOrEqual(free + sizeOf(idle, room.leave));
        for (const digest of room.leave) {
          const others = room.leave.filter((each) => each !== digest);
          expect(free + sizeOf(idle, others)).toBeLessThan(widest.memoryBytes);
        }
      }),
    );
  });

  test('a small one that is wanted least may stay when a large one must leave anyway', () => {
    const small = { digest: 'small', memoryBytes: 50, graphicsBytes: 0, wanted: 0, lastUsedAt: 0 };
    const big = { digest: 'big', memoryBytes: 400, graphicsBytes: 0, wanted: 1, lastUsedAt: 0 };
    const room = planRoom(planIn, { memoryBytes: 0, graphicsBytes: 0 }, [big, small]);
    expect(room).toMatchObject({ kind: 'room', leave: ['big'] });
  });
});

test('the least wanted come first, among them who was not used for longest', () => {
  const of = (digest: string, wanted: number, lastUsedAt: number) => ({
    digest,
    memoryBytes: 1,
    graphicsBytes: 0,
    wanted,
    lastUsedAt,
  });
  const order = leavingOrder([of('a', 2, 1), of('b', 0, 9), of('c', 0, 3), of('d', 0, Number.NEGATIVE_INFINITY)]);
  expect(order.map(({ digest }) => digest).join('')).toBe('dcba');
});
