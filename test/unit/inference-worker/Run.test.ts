import { describe, expect, test } from 'vitest';
import type { SequencePort } from '#main/inference-worker/model/ModelHost.ts';
import { Run, type RunOptions } from '#main/inference-worker/run/Run.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';

/** FAKE sequence: draws the given ids, then goes wrong when told so. */
function setUp(ids: readonly number[], change: Partial<RunOptions> = {}) {
  const told: unknown[] = [];
  const reads: number[] = [];
  const stopped: number[] = [];
  let released = 0;
  const sequence: SequencePort = {
    order: 0,
    read: async (piece) => void reads.push(piece.length),
    draw: async function* draw(piece) {
      reads.push(piece.length);
      yield* ids;
      throw new Error('The weights ran away.');
    },
    release: async () => void (released += 1),
  };
  const run = new Run({
    promptIds: [1, 5],
    prefixIds: [],
    sampler: { mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 4, stop: [] },
    seed: 0,
    eogIds: new Set([2]),
    sequence,
    clock: new ManualClock(),
    requestedAt: 0,
    promptPiece: () => 256,
    detokenize: (some) =>
      some
        .filter((id) => id !== 2)
        .map((id) => String.fromCharCode(90 + id))
        .join(''),
    events: {
      onTokens: (batch) => told.push(batch),
      onEnded: ({ finish, count, afterStop }) => {
        told.push({ finish, count });
        stopped.push(afterStop);
      },
      onFailed: (message) => told.push({ message }),
    },
    ...change,
  });
  return { run, told, reads, stopped, released: () => released };
}

/** Steps a run to its end; as in a worker, each step takes at least a turn of the event loop. */
async function toEnd(run: Run): Promise<number> {
  let steps = 1;
  while (await run.step()) {
    steps += 1;
    await settle();
  }
  return steps;
}

describe('one answer', () => {
  test('ends with the end token, which is counted and has no text', async () => {
    const { run, told, released } = setUp([7, 2, 8]);
    await toEnd(run);
    expect(told).toEqual([
      { from: 0, ids: [7], text: 'a' },
      { from: 1, ids: [2], text: '' },
      { finish: 'eog', count: 2 },
    ]);
    expect(released()).toBe(1);
  });

  test('ends at its limit and at a stop sequence', async () => {
    const limited = setUp([7, 8, 9, 10, 11]);
    await toEnd(limited.run);
    expect(limited.told.at(-1)).toEqual({ finish: 'length', count: 4 });
    const sampler = { mode: 'greedy' as const, temperature: 0, minP: 0.05 as const, maxTokens: 9, stop: [[9], [7, 8]] };
    const stopped = setUp([7, 8, 9], { sampler });
    await toEnd(stopped.run);
    expect(stopped.told.at(-1)).toEqual({ finish: 'stop', count: 2 });
  });

  test.each([
    ['cancel', 'cancelled'],
    ['yield', 'yielded'],
  ] as const)('a %s ends it with at most one more token', async (reason, finish) => {
    const { run, told, stopped } = setUp([7, 8, 9, 10]);
    await run.step();
    const second = run.step();
    run.stop(reason);
    run.stop('cancel');
    expect(await second).toBe(false);
    expect(told.at(-1)).toEqual({ finish, count: 2 });
    expect(stopped).toEqual([1]);
    const between = setUp([7, 8, 9, 10]);
    await between.run.step();
    between.run.stop(reason);
    expect(await between.run.step()).toBe(false);
    expect(between.told.at(-1)).toEqual({ finish, count: 1 });
    expect(between.stopped).toEqual([0]);
  });

  test('stopped before its first step it reads nothing', async () => {
    const { run, told, reads } = setUp([7]);
    run.stop('yield');
    expect(await run.step()).toBe(false);
    expect(told).toEqual([{ finish: 'yielded', count: 0 }]);
    expect(reads).toEqual([]);
  });

  test('a long prompt is read in pieces, so that others are not held up', async () => {
    const promptIds = Array.from({ length: 600 }, (_, i) => i + 3);
    const { run, reads } = setUp([7, 2], { promptIds, prefixIds: [3, 4] });
    expect(run.unread).toBe(602);
    await run.step();
    await run.step();
    expect(run.unread).toBe(90);
    await run.step();
    expect(run.unread).toBe(0);
    expect(reads).toEqual([256, 256, 90]);
  });

  test('a failing library fails the run after what it delivered, and frees the sequence', async () => {
    const { run, told, released } = setUp([7, 8]);
    await toEnd(run);
    expect(told).toEqual([
      { from: 0, ids: [7], text: 'a' },
      { from: 1, ids: [8], text: 'b' },
      { message: 'The weights ran away.' },
    ]);
    expect(released()).toBe(1);
  });

  test('a half character is kept back when the answer goes on elsewhere, and shown when it is over', async () => {
    const detokenize = (ids: readonly number[]): string => Buffer.from(ids).toString('utf8');
    const bytes = [...Buffer.from('é')];
    const handedOver = setUp(bytes, { detokenize });
    const step = handedOver.run.step();
    handedOver.run.stop('yield');
    await step;
    expect(handedOver.told[0]).toMatchObject({ ids: [bytes[0]], text: '' });
    const sampler = { mode: 'greedy' as const, temperature: 0, minP: 0.05 as const, maxTokens: 1, stop: [] };
    const over = setUp(bytes, { detokenize, sampler });
    await toEnd(over.run);
    expect(over.told.at(-2)).toMatchObject({ text: '\uFFFD' });
  });
});
