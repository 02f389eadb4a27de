import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pacer } from '#main/inference-worker/steps/Pacer.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

const pace = { processorShare: 0.4, processors: 2, gpuShare: 1, threads: null };

/** Steps of so many milliseconds on so many threads, resting as asked, for a minute. Gives the shares that came out. */
async function aMinute(
  change: Partial<typeof pace>,
  { threads = 2, stepMs = 7, onGpu = false }: { threads?: number; stepMs?: number; onGpu?: boolean },
): Promise<{ processor: number; inSteps: number }> {
  const clock = new ManualClock();
  let processorMs = 0;
  const pacer = new Pacer({ clock, processorMs: () => processorMs });
  pacer.set({ ...pace, ...change });
  const start = clock.monotonic();
  let inSteps = 0;
  while (clock.monotonic() - start < 60_000) {
    processorMs += stepMs * threads;
    inSteps += stepMs;
    await clock.advance(stepMs);
    const rest = pacer.afterStep(stepMs, onGpu);
    while (clock.pending > 0) await clock.advance(1);
    await rest;
  }
  const passed = clock.monotonic() - start;
  return { processor: processorMs / (passed * pace.processors), inSteps: inSteps / passed };
}

describe('the pace of a worker', () => {
  test.each([0.1, 0.4, 0.75])('%f of the processor means that much', async (processorShare) => {
    const { processor } = await aMinute({ processorShare }, {});
    expect(processor).toBeCloseTo(processorShare, 1.5);
  });

  test('one thread may use its share of all processors', async () => {
    expect((await aMinute({}, { threads: 1 })).processor).toBeCloseTo(0.4, 1.5);
  });

  test('the whole share needs no rest', async () => {
    expect((await aMinute({ processorShare: 1 }, {})).inSteps).toBe(1);
  });

  test('the share of a graphics card is one of time', async () => {
    const { inSteps } = await aMinute({ processorShare: 1, gpuShare: 0.3 }, { onGpu: true });
    expect(inSteps).toBeCloseTo(0.3, 1.5);
  });

  test('a card share does not slow what runs on the processor', async () => {
    expect((await aMinute({ processorShare: 1, gpuShare: 0.3 }, {})).inSteps).toBe(1);
  });

  test('a rest ends at once when somebody waits, and stays owed', async () => {
    const clock = new ManualClock();
    let processorMs = 0;
    const pacer = new Pacer({ clock, processorMs: () => processorMs });
    pacer.set({ ...pace, processorShare: 0.05 });
    processorMs = 1000;
    const rest = pacer.afterStep(500, false);
    expect(rest).toBeDefined();
    pacer.wake();
    await rest;
    expect(clock.pending).toBe(0);
    expect(pacer.afterStep(0, false)).toBeDefined();
    pacer.wake();
  });

  test('threads never exceed the plan, the limit or what the share has room for', () => {
    const given = fc.record({
      planned: fc.integer({ min: 1, max: 64 }),
      threads: fc.option(fc.integer({ min: 1, max: 64 })),
      share: fc.integer({ min: 5, max: 100 }),
      processors: fc.integer({ min: 1, max: 64 }),
    });
    fc.assert(
      fc.property(given, ({ planned, threads, share, processors }) => {
        const pacer = new Pacer({ clock: new ManualClock(), processorMs: () => 0 });
        pacer.set({ processorShare: share / 100, processors, gpuShare: 1, threads });
        const chosen = pacer.threads(planned);
        expect(chosen).toBeGreaterThanOrEqual(1);
        expect(chosen).toBeLessThanOrEqual(Math.min(planned, threads ?? planned));
        // In whole numbers, so that nothing is rounded.
        expect((chosen - 1) * 100).toBeLessThan(share * processors);
      }),
    );
  });

  test('without a pace nothing is limited', () => {
    const pacer = new Pacer({ clock: new ManualClock(), processorMs: () => 1e9 });
    expect(pacer.afterStep(1000, true)).toBeUndefined();
    expect(pacer.threads(8)).toBe(8);
  });
});
