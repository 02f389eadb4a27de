import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryLedger } from '#engine/inference/pool/MemoryLedger.ts';
import { planLoad } from '#engine/inference/pool/planLoad.ts';
import { modelPart } from '#shared/domain/models/memoryEstimate.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const gibibyte = 2 ** 30;
const billion = {
  ...starterModel,
  parameters: 1.2e9,
  sizeBytes: 767e6,
  contextSize: 131_072,
  vocabSize: 128_256,
  kvBytesPerToken: 32_768,
};

describe('how a model is loaded', () => {
  test('the starter model: ten slots, one thread, its own context', () => {
    const plan = planLoad(starterModel, { cores: 8, memoryBytes: 4 * gibibyte, graphics: null });
    expect(plan).toMatchObject({ kind: 'plan', sequences: 10, decodeThreads: 1, prefillThreads: 1, contextSize: 384 });
  });

  test('a larger one leaves a core to the person where there are many', () => {
    const plan = planLoad(billion, { cores: 8, memoryBytes: 16 * gibibyte, graphics: null });
    expect(plan).toMatchObject({ sequences: 4, decodeThreads: 7, prefillThreads: 8, contextSize: 8192 });
    expect(planLoad(billion, { cores: 2, memoryBytes: 16 * gibibyte, graphics: null })).toMatchObject({
      decodeThreads: 2,
    });
  });

  test('what the benchmark found comes before what is guessed, within what is there', () => {
    const measured = { slots: 8, decodeThreads: 2, prefillThreads: 4, tokensPerSecond: 1 };
    const share = { cores: 8, memoryBytes: 16 * gibibyte, graphics: null };
    expect(planLoad(billion, share, measured)).toMatchObject({ sequences: 8, decodeThreads: 2, prefillThreads: 4 });
    const less = planLoad(billion, { ...share, cores: 1, memoryBytes: 2 * gibibyte }, measured);
    expect(less).toMatchObject({ sequences: 1, decodeThreads: 1, prefillThreads: 1 });
  });

  test('slots shrink before the context does, and then it does not fit', () => {
    const plans = [3.25, 2.25, 2.05, 1.85, 1].map((size) =>
      planLoad(billion, { cores: 2, memoryBytes: size * gibibyte, graphics: null }),
    );
    expect(plans).toMatchObject([
      { sequences: 4, contextSize: 8192 },
      { sequences: 2, contextSize: 8192 },
      { sequences: 1, contextSize: 8192 },
      { sequences: 1, contextSize: 4096 },
      { kind: 'no_fit' },
    ]);
  });

  test('layers go to a card that has room, and the load asks for them', () => {
    const share = { cores: 8, memoryBytes: 16 * gibibyte };
    const graphics = { freeBytes: 12 * gibibyte, unified: false };
    const whole = planLoad({ ...billion, layers: 16 }, { ...share, graphics });
    expect(whole).toMatchObject({ kind: 'plan', gpuLayers: 17 });
    const alone = planLoad({ ...billion, layers: 16 }, { ...share, graphics: null });
    expect(alone).toMatchObject({ kind: 'plan', gpuLayers: 0, graphicsBytes: 0 });
    if (whole.kind !== 'plan' || alone.kind !== 'plan') throw new Error('Both fit');
    expect(whole.memoryBytes).toBeLessThan(alone.memoryBytes);
  });

  test('what loads have taught scales what is reserved', () => {
    const share = { cores: 8, memoryBytes: 16 * gibibyte, graphics: null };
    const [plain, taught] = [planLoad(billion, share), planLoad(billion, { ...share, factor: 0.5 })];
    if (plain.kind !== 'plan' || taught.kind !== 'plan') throw new Error('It fits both times');
    expect(Math.abs(modelPart(taught.memoryBytes) - modelPart(plain.memoryBytes) / 2)).toBeLessThan(2);
  });

  test('a plan never exceeds its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 64 * gibibyte }), (cores, memoryBytes) => {
        const plan = planLoad(billion, { cores, memoryBytes, graphics: null });
        const most = plan.kind === 'no_fit' ? plan.needBytes - 1 : plan.memoryBytes;
        expect(plan.kind === 'no_fit' ? memoryBytes <= most : memoryBytes >= most).toBe(true);
        expect(plan.kind === 'no_fit' || plan.prefillThreads <= cores).toBe(true);
      }),
    );
  });
});

describe('the memory ledger', () => {
  test('never reserves more than the budget', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 60 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const ledger = new MemoryLedger(100);
        for (const [owner, bytes, release] of steps) {
          const before = ledger.reservedBy(owner);
          if (release) ledger.release(owner);
          const kept = !release && ledger.reserve(owner, bytes);
          expect(ledger.reservedBy(owner)).toBe(kept ? bytes : release ? 0 : before);
          expect(ledger.freeBytes).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('replaces what an owner had', () => {
    const ledger = new MemoryLedger(100);
    expect(ledger.reserve('a', 80)).toBe(true);
    expect(ledger.reserve('a', 90)).toBe(true);
    expect(ledger.reserve('b', 11)).toBe(false);
    ledger.release('a');
    expect(ledger.freeBytes).toBe(100);
  });
});
