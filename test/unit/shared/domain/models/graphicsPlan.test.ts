import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import { estimateMemory } from '#shared/domain/models/memoryEstimate.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

// RECORDINGS of cards that are not here, from public logs of llama.cpp.

/** A model of 3 B parameters on a card with 78.6 GiB free, as logged in ollama/ollama#8098. */
const recorded3B = {
  shape: {
    sizeBytes: 2.4 * gibibyte,
    layers: 28,
    vocabSize: 128_256,
    kvBytesPerToken: (896 * mebibyte) / 8192,
  },
  cells: 8192,
  freeBytes: 78.6 * gibibyte,
  layersOnCard: 29,
  /** Weights, cache and buffers; the driver's own part is not in it. */
  requiredBytes: 3.7 * gibibyte,
};

/** Free memory of an RTX 4080 SUPER with a desktop on it, as logged in SciSharp/LLamaSharp#1099. */
const recordedFreeBytes = 15_035 * mebibyte;

/** The shape of a model of 8 B parameters, four bits each. */
const eightBillion = { sizeBytes: 4.9e9, layers: 32, vocabSize: 128_256, kvBytesPerToken: 131_072 };

describe('layers on a graphics card', () => {
  test('without a card, or with one that is full, everything stays on the processor', () => {
    const none = { layers: 0, ofLayers: 33, graphicsBytes: 0, mainBytes: estimateMemory(eightBillion, 8192) };
    expect(planGraphics(eightBillion, 8192, null)).toEqual(none);
    expect(planGraphics(eightBillion, 8192, { freeBytes: 0, unified: false })).toEqual(none);
    expect(planGraphics(eightBillion, 8192, { freeBytes: gibibyte, unified: false })).toEqual(none);
  });

  test('a model that fits goes there entirely, and needs the recorded memory', () => {
    const { shape, cells, freeBytes, layersOnCard, requiredBytes } = recorded3B;
    const plan = planGraphics(shape, cells, { freeBytes, unified: false });
    expect(plan).toMatchObject({ layers: layersOnCard, ofLayers: layersOnCard });
    // The recording leaves out what the driver takes for itself.
    expect(plan.graphicsBytes).toBeGreaterThan(requiredBytes);
    expect(plan.graphicsBytes).toBeLessThan(requiredBytes * 1.15);
    expect(plan.mainBytes).toBeLessThan(estimateMemory(shape, cells));
  });

  test('the recorded card holds an 8 B model, a small card a part of it', () => {
    const whole = planGraphics(eightBillion, 8192, { freeBytes: recordedFreeBytes, unified: false });
    expect(whole.layers).toBe(33);
    const part = planGraphics(eightBillion, 8192, { freeBytes: 4 * gibibyte, unified: false });
    expect(part.layers).toBeGreaterThan(8);
    expect(part.layers).toBeLessThan(33);
    expect(part.mainBytes).toBeGreaterThan(whole.mainBytes);
  });

  test('where the card shares main memory, its part is counted there', () => {
    const own = planGraphics(eightBillion, 8192, { freeBytes: 16 * gibibyte, unified: false });
    const shared = planGraphics(eightBillion, 8192, { freeBytes: 16 * gibibyte, unified: true });
    expect(shared.layers).toBe(33);
    expect(shared.mainBytes).toBeGreaterThan(own.mainBytes + eightBillion.kvBytesPerToken * 8192 - 1);
  });

  test('never takes more than nine tenths of the free memory; more memory never means fewer layers', () => {
    const bytes = fc.integer({ min: 0, max: 64 * gibibyte });
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 0, max: 65_536 }), fc.boolean(), (one, other, cells, unified) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const small = planGraphics(eightBillion, cells, { freeBytes: less, unified });
        const large = planGraphics(eightBillion, cells, { freeBytes: more, unified });
        // Whole bytes, rounded up after a division: one byte of tolerance.
        expect(small.graphicsBytes).toBeLessThanOrEqual(Math.ceil(less * 0.9) + 1);
        expect(large.layers).toBeGreaterThanOrEqual(small.layers);
        expect(large.layers).toBeLessThanOrEqual(33);
        expect(small.mainBytes).toBeGreaterThan(eightBillion.sizeBytes);
      }),
    );
  });
});
