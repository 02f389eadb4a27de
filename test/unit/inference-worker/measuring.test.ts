import { describe, expect, test } from 'vitest';
import { instructionSetsIn } from '#main/inference-worker/model/instructionSetsIn.ts';
import { measureSteps } from '#main/inference-worker/measuring/measureSteps.ts';
import type { ModelHost } from '#main/inference-worker/model/ModelHost.ts';
import { readMemory } from '#main/inference-worker/measuring/readMemory.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

/** FAKE host in place of the library: each token costs 2 ms of the fake clock, each sequence is one of `free`. */
function fakeHost(clock: ManualClock, contextSize = 64) {
  const told = { threads: [] as number[], read: [] as number[][], free: 2 };
  const host: ModelHost = {
    contextSize,
    vocabSize: 50,
    eogIds: new Set([17]),
    gpuBytes: 0,
    useThreads: (count) => void told.threads.push(count),
    tokenizeText: () => [],
    tokenizeMessages: () => null,
    detokenize: () => '',
    takeSequence: () => {
      if (told.free === 0) return null;
      told.free -= 1;
      return {
        order: told.free,
        read: async (ids) => {
          told.read.push([...ids]);
          await clock.advance(2 * ids.length);
        },
        draw: async function* draw() {
          for (;;) {
            await clock.advance(2);
            yield 5;
          }
        },
        release: async () => void (told.free += 1),
      };
    },
    describe: () => {
      throw new Error('not asked for');
    },
    dispose: async () => {},
  };
  return { host, told };
}

const request = { type: 'measure' as const, runId: 'm', threads: 3, promptTokens: 8, leastSteps: 4, mostMs: 1 };

describe('measuring steps', () => {
  test('writing counts each step but the first, for all answers together, and gives the sequences back', async () => {
    const clock = new ManualClock();
    const { host, told } = fakeHost(clock);
    const steps = await measureSteps(host, clock, { ...request, kind: 'decode', sequences: 2 });
    expect(steps).toEqual([2, 2, 2, 2]);
    expect(told).toMatchObject({ threads: [3], free: 2 });
  });

  test('writing ends when the context is full', async () => {
    const clock = new ManualClock();
    const { host } = fakeHost(clock, 16);
    const long = { ...request, kind: 'decode' as const, sequences: 1, leastSteps: 100, mostMs: 60_000 };
    expect(await measureSteps(host, clock, long)).toHaveLength(5);
  });

  test('reading clears the sequence each time; ids never end a text', async () => {
    const clock = new ManualClock();
    const { host, told } = fakeHost(clock);
    const steps = await measureSteps(host, clock, { ...request, kind: 'prefill', sequences: 1 });
    expect(steps).toEqual([16, 16, 16, 16]);
    expect(told.free).toBe(2);
    expect(told.read.flat().every((id) => id >= 0 && id < 50 && id !== 17)).toBe(true);
  });

  test('more answers than the model was loaded for, and prompts without room, are refused', async () => {
    const clock = new ManualClock();
    const { host } = fakeHost(clock);
    await expect(measureSteps(host, clock, { ...request, kind: 'decode', sequences: 3 })).rejects.toThrow(
      'fewer than 3',
    );
    const wide = { ...request, kind: 'prefill' as const, sequences: 1, promptTokens: 62 };
    await expect(measureSteps(host, clock, wide)).rejects.toThrow('does not fit the context');
  });
});

test('memory is read at least once, however short the time', () => {
  let now = 0;
  const clock = { now: () => 0, monotonic: () => (now += 10), setTimer: () => ({ cancel: () => {} }) };
  expect(readMemory(clock, { bytes: 1 << 20, forMs: 1 })).toBe(((1 << 20) / 10) * 1000);
});

test.each([
  ['CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | LLAMAFILE = 1 | REPACK = 1 | ', ['SSE3', 'AVX2']],
  [
    'CUDA : ARCHS = 890 | USE_GRAPHS = 1 | CPU : NEON = 1 | ARM_FMA = 1 | SVE_CNT = 16 | ',
    ['NEON', 'ARM_FMA', 'SVE_CNT'],
  ],
  ['', []],
])('instruction sets in %j', (text, sets) => {
  expect(instructionSetsIn(text)).toEqual(sets);
});
