import { describe, expect, test } from 'vitest';
import type { GenerateEnd } from '#engine/ports/inference/Generation.ts';
import { restartPolicy } from '#engine/inference/pool/restartPolicy.ts';
import { sessionTimes } from '#engine/inference/process/WorkerSession.ts';
import { modelPart } from '#shared/domain/models/memoryEstimate.ts';
import { FaultInjectingLauncher, type Fault } from '#test/helpers/FaultInjectingLauncher.ts';
import { openPool, starterRequest } from '#test/helpers/inferencePool.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

function setUp(faults: readonly Fault[] = [], options: Parameters<typeof openPool>[0] = {}) {
  const clock = new ManualClock();
  const launcher = new FaultInjectingLauncher(faults);
  const random = { fraction: () => 0, bytes: (length: number) => new Uint8Array(length) };
  const pool = openPool({ clock, launcher, random, ...options });
  const run = (maxTokens = 3, signal = new AbortController().signal) => {
    const ids: number[] = [];
    const hooks = { signal, onStarted: () => {}, onTokens: (_: number, more: number[]) => void ids.push(...more) };
    return { ids, end: pool.generate(starterRequest({ maxTokens }), hooks) };
  };
  const state = () => pool.capacity()[0]?.state;
  return { clock, launcher, pool, run, state };
}

/** Needs 10.2 GB. */
const large = { ...starterModel, digest: 'f'.repeat(64), sizeBytes: 5_000_000_000, parameters: 7e9 };

function another(letter: string) {
  return { ...starterModel, digest: letter.repeat(64) };
}

function code(end: GenerateEnd): string {
  return end.kind === 'failed' ? end.code : end.finish;
}

describe('slots', () => {
  test('as many runs as sequences at once, the others wait in order', async () => {
    const { launcher, pool, run } = setUp();
    const runs = [run(1), run(2), run(1)];
    await settle();
    expect(pool.capacity()[0]).toMatchObject({ slots: 2, busy: 2, waiting: 1 });
    launcher.launches[0]?.step();
    expect(await runs[0]?.end).toMatchObject({ kind: 'ended', finish: 'length', count: 1 });
    await settle();
    expect(pool.capacity()[0]).toMatchObject({ busy: 2, waiting: 0 });
    launcher.launches[0]?.step();
    expect((await Promise.all(runs.map(({ end }) => end))).map(code)).toEqual(['length', 'length', 'length']);
    expect(launcher.launches).toHaveLength(1);
  });

  test('the queue is bounded', async () => {
    const { run } = setUp();
    const runs = Array.from({ length: 70 }, () => run());
    expect(code(await (runs.at(-1)?.end as Promise<GenerateEnd>))).toBe('queue_full');
  });

  test('a run that waits is cancelled at once, one that was cancelled before never starts', async () => {
    const { launcher, run } = setUp();
    const stop = new AbortController();
    run(9);
    run(9);
    const third = run(9, stop.signal);
    await settle();
    stop.abort();
    expect(await third.end).toMatchObject({ kind: 'ended', finish: 'cancelled', count: 0 });
    expect(code(await run(9, AbortSignal.abort()).end)).toBe('cancelled');
    expect(launcher.launches[0]?.received.filter(({ type }) => type === 'generate')).toHaveLength(2);
  });

  test('giving back ends what runs and what waits, and new runs are welcome', async () => {
    const { pool, run } = setUp();
    const runs = [run(9), run(9), run(9)];
    await settle();
    pool.yieldAll();
    expect((await Promise.all(runs.map(({ end }) => end))).map(code)).toEqual(['yielded', 'yielded', 'yielded']);
    expect(pool.capacity()[0]).toMatchObject({ state: 'ready', busy: 0, waiting: 0 });
  });
});

describe('workers that go wrong', () => {
  test('a death mid-run fails the run with what it delivered, and the next run gets a new worker', async () => {
    const { clock, launcher, run, state } = setUp([{ kind: 'dies_after_tokens', tokens: 2 }]);
    const first = run(9);
    await settle();
    for (let i = 0; i < 3; i += 1) launcher.launches[0]?.step();
    expect(await first.end).toMatchObject({ kind: 'failed', code: 'worker_died', delivered: 2 });
    expect(first.ids).toHaveLength(2);
    expect(state()).toBe('loading');
    const second = run(1);
    await clock.advance(restartPolicy.backoff.mostMs);
    launcher.launches[1]?.step();
    expect(code(await second.end)).toBe('length');
  });

  test('restarts are bounded, wait longer each time, and end in a visible state', async () => {
    const { clock, launcher, pool, run, state } = setUp(Array.from({ length: 20 }, () => ({ kind: 'dies_at_start' })));
    const prepared = pool.prepare(starterModel);
    const waiting = run();
    const starts: number[] = [];
    for (let i = 0; i < 60 && state() !== 'gave_up'; i += 1) {
      if (launcher.launches.length > starts.length) starts.push(clock.now());
      await clock.advance(125);
    }
    expect(state()).toBe('gave_up');
    expect(launcher.launches).toHaveLength(restartPolicy.crashes);
    const waits = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(await prepared).toMatchObject({ kind: 'refused', code: 'gave_up' });
    expect(code(await waiting.end)).toBe('gave_up');
    expect(code(await run().end)).toBe('gave_up');
    expect(pool.capacity()[0]?.reason).toContain('SIGSEGV');
    expect(pool.capacity()[0]?.reservedBytes).toBe(0);
  });

  test('it may be tried again when somebody asks for it', async () => {
    const { clock, pool, state } = setUp(
      Array.from({ length: restartPolicy.crashes }, () => ({ kind: 'dies_at_start' as const })),
    );
    const prepared = pool.prepare(starterModel);
    await clock.advance(600_000);
    expect(await prepared).toMatchObject({ code: 'gave_up' });
    await pool.forget(starterModel.digest);
    expect(await pool.prepare(starterModel)).toMatchObject({ kind: 'loaded' });
    expect(state()).toBe('ready');
  });

  test('crashes long ago do not count', async () => {
    const deaths = Array.from({ length: 30 }, () => ({ kind: 'dies_after_tokens' as const, tokens: 0 }));
    const { clock, launcher, run, state } = setUp(deaths);
    for (let i = 0; i < 20; i += 1) {
      const { end } = run(1);
      await clock.advance(restartPolicy.windowMs / 2);
      launcher.launches.at(-1)?.step();
      expect(code(await end)).toBe('worker_died');
    }
    expect(state()).toBe('loading');
  });

  test('a worker that stops answering is killed and replaced', async () => {
    const { clock, launcher, pool } = setUp([{ kind: 'hangs' }]);
    const prepared = pool.prepare(starterModel);
    await clock.advance(sessionTimes.beatMs * (sessionTimes.missedBeats + 2));
    expect(launcher.launches[0]?.alive).toBe(false);
    expect(await prepared).toMatchObject({ kind: 'loaded' });
  });

  test('so is one that never listens', async () => {
    const { clock, launcher, pool } = setUp([{ kind: 'never_ready' }]);
    const prepared = pool.prepare(starterModel);
    await clock.advance(sessionTimes.startMs - 1);
    expect(launcher.launches[0]?.alive).toBe(true);
    await clock.advance(2000);
    expect(launcher.launches[0]?.alive).toBe(false);
    expect(await prepared).toMatchObject({ kind: 'loaded' });
  });

  test('one that answers lives on', async () => {
    const { clock, launcher, pool } = setUp();
    await pool.prepare(starterModel);
    await clock.advance(sessionTimes.beatMs * 100);
    expect(launcher.launches).toHaveLength(1);
    expect(launcher.launches[0]?.alive).toBe(true);
  });

  test('one that does not stop a run when told to is killed', async () => {
    const { clock, launcher, run } = setUp([{ kind: 'ignores_stop' }]);
    const stop = new AbortController();
    const { end } = run(9, stop.signal);
    await settle();
    stop.abort();
    await clock.advance(sessionTimes.stopMs);
    expect(code(await end)).toBe('worker_died');
    expect(launcher.launches[0]?.alive).toBe(false);
  });

  test('one that talks nonsense is killed, and a refused model is not tried again', async () => {
    const { clock, launcher, pool, run } = setUp([
      { kind: 'talks_nonsense' },
      { kind: 'refuses_model', code: 'digest_mismatch' },
    ]);
    const prepared = pool.prepare(starterModel);
    await clock.advance(60_000);
    expect(await prepared).toMatchObject({ kind: 'refused', code: 'digest_mismatch' });
    expect(code(await run().end)).toBe('model_refused');
    expect(launcher.launches).toHaveLength(2);
  });
});

describe('memory', () => {
  test('a model that does not fit is refused with numbers', async () => {
    const { launcher, pool } = setUp([], { memoryBytes: 50 << 20 });
    const outcome = await pool.prepare(starterModel);
    expect(outcome).toMatchObject({ code: 'out_of_memory' });
    expect(outcome.kind === 'refused' && outcome.message).toMatch(/It needs 2\d\d MB .* only 53 MB on this computer\./);
    expect(launcher.launches).toHaveLength(0);
  });

  test('an idle model makes room for another, a busy one does not', async () => {
    const { launcher, pool, run } = setUp([], { memoryBytes: 300 << 20 });
    const second = { ...starterModel, digest: 'f'.repeat(64) };
    const { end } = run(1);
    await settle();
    expect(await pool.prepare(second)).toMatchObject({ code: 'out_of_memory' });
    launcher.launches[0]?.step();
    await end;
    expect(await pool.prepare(second)).toMatchObject({ kind: 'loaded' });
    expect(launcher.launches[0]?.alive).toBe(false);
    expect(pool.capacity().map(({ state }) => state)).toEqual(['unloaded', 'ready']);
  });

  test('nobody leaves for a model that does not fit even then', async () => {
    const { launcher, pool } = setUp([], { memoryBytes: 1e9 });
    await pool.prepare(starterModel);
    expect(await pool.prepare(large)).toMatchObject({ code: 'out_of_memory' });
    expect(launcher.launches[0]?.alive).toBe(true);
    expect(pool.capacity()).toMatchObject([
      { state: 'ready' },
      { state: 'refused', refusal: 'out_of_memory', slots: 0 },
    ]);
  });

  test('a refusal ends with its reason: more is allowed', async () => {
    const { pool } = setUp([], { memoryBytes: 1e9 });
    expect(await pool.prepare(large)).toMatchObject({ kind: 'refused' });
    expect(pool.capacity()[0]?.reason).toBe(
      'It needs 10.2 GB of memory, but models may use only 1.0 GB on this computer. Allow more in Settings, or choose a smaller file of this model.',
    );
    pool.setMemoryLimit(20e9);
    expect(pool.capacity()[0]).toMatchObject({ state: 'unloaded', reason: '' });
    expect(await pool.prepare(large)).toMatchObject({ kind: 'loaded' });
  });

  test('the words promise nothing that the computer does not have', async () => {
    const { pool } = setUp([], { memoryFor: (limit) => Math.min(limit ?? 1e9, 2e9) });
    await pool.prepare(large);
    expect(pool.capacity()[0]?.reason).toContain('Choose a smaller file of this model, or remove it.');
  });

  test('who is wanted least leaves first, then who was not used for longest', async () => {
    const { clock, pool } = setUp([], { memoryBytes: 600 << 20 });
    const [one, two, three, four] = ['a', 'b', 'c', 'd'].map((letter) => another(letter));
    if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('Four');
    const wanted = new Map([[two.digest, 5]]);
    pool.setDemand(({ digest }) => wanted.get(digest) ?? 0);
    const states = () => pool.capacity().map(({ state }) => (state === 'ready' ? 'in' : 'out'));
    for (const model of [two, one]) {
      await pool.prepare(model);
      await clock.advance(1000);
    }
    await pool.prepare(three);
    expect(states()).toEqual(['in', 'out', 'in']);
    wanted.set(three.digest, 7);
    await pool.prepare(four);
    expect(states()).toEqual(['out', 'out', 'in', 'in']);
    wanted.clear();
    await clock.advance(1000);
    await pool.prepare(one);
    expect(states()).toEqual(['out', 'in', 'out', 'in']);
  });

  test('what is loaded beforehand takes nobody its place, and says what it would give', async () => {
    const { pool, run } = setUp([], { memoryBytes: 300 << 20 });
    const second = another('f');
    pool.know([starterModel, second]);
    expect(pool.capacity()).toMatchObject([{ state: 'unloaded', slots: 10, contextSize: 384 }, { state: 'unloaded' }]);
    await pool.prepare(starterModel, { displace: false });
    expect(await pool.prepare(second, { displace: false })).toMatchObject({ code: 'out_of_memory' });
    expect(pool.capacity()).toMatchObject([{ state: 'ready' }, { state: 'unloaded', reason: '' }]);
    expect(pool.outlook(second)).toMatchObject({ contextSize: 384, slots: 10, loadMs: 1063 });
    run(9);
    await settle();
    expect(pool.outlook(second)).toBeNull();
    const refused = await pool.prepare(second);
    expect(refused.kind === 'refused' && refused.message).toContain('beside the models in use');
    pool.know([starterModel]);
    expect(pool.capacity()).toHaveLength(1);
  });

  test('a limit that got smaller takes the idle ones at once, and one that works when it is done', async () => {
    const { launcher, pool, run, state } = setUp([], { memoryBytes: 1e9 });
    const { end } = run(1);
    await settle();
    await pool.prepare(another('f'));
    pool.setMemoryLimit(1e8);
    expect(launcher.launches.map(({ alive }) => alive)).toEqual([true, false]);
    launcher.launches[0]?.step();
    expect(code(await end)).toBe('length');
    await settle();
    expect(launcher.launches[0]?.alive).toBe(false);
    expect(state()).toBe('refused');
    pool.setMemoryLimit(null);
    expect(state()).toBe('unloaded');
  });

  test('speed and time of the load are remembered after it left', async () => {
    const { clock, launcher, pool, run } = setUp();
    const { end } = run(9);
    await settle();
    for (let i = 0; i < 9; i += 1) launcher.launches[0]?.step();
    await end;
    const speed = pool.capacity()[0]?.tokensPerSecond;
    expect(speed).toBeGreaterThan(0);
    pool.setKeepAlive(0);
    await clock.advance(0);
    expect(pool.capacity()[0]).toMatchObject({ state: 'unloaded', tokensPerSecond: speed });
    expect(pool.outlook(starterModel)?.loadMs).toBe(0);
  });

  test('who begins to work while its time runs stays', async () => {
    const { clock, launcher, pool, run, state } = setUp();
    await pool.prepare(starterModel);
    pool.setKeepAlive(60_000);
    await clock.advance(50_000);
    const { end } = run(1);
    await clock.advance(50_000);
    expect(state()).toBe('ready');
    launcher.launches[0]?.step();
    await end;
    await clock.advance(59_999);
    expect(state()).toBe('ready');
    pool.setKeepAlive(null);
    await clock.advance(600_000);
    expect(state()).toBe('ready');
  });

  test('an idle model is unloaded after a while and comes back by itself', async () => {
    const { clock, launcher, pool, run, state } = setUp();
    pool.setKeepAlive(60_000);
    await pool.prepare(starterModel);
    await clock.advance(60_000);
    expect(state()).toBe('unloaded');
    const { end } = run(1);
    await settle();
    launcher.launches[1]?.step();
    expect(code(await end)).toBe('length');
  });
});

test('several preparations share one load, and disposing leaves nothing behind', async () => {
  const { clock, launcher, pool, run } = setUp();
  await Promise.all([pool.prepare(starterModel), pool.prepare(starterModel), pool.prepare(starterModel)]);
  expect(launcher.launches).toHaveLength(1);
  const { end } = run(9);
  await settle();
  await pool.dispose();
  expect(code(await end)).toBe('disposed');
  expect(launcher.launches[0]?.alive).toBe(false);
  expect(clock.pending).toBe(0);
  expect(await pool.prepare({ ...starterModel, digest: 'e'.repeat(64) })).toMatchObject({ code: 'disposed' });
});

describe('what the benchmark found', () => {
  const plan = { slots: 2, decodeThreads: 1, prefillThreads: 1, tokensPerSecond: 500 };
  const found = (change: Partial<typeof plan>) => new Map([[starterModel.digest, { ...plan, ...change }]]);

  test('is the speed until a run showed another, and the plan of the next load', async () => {
    const { launcher, pool } = setUp();
    pool.setMeasured(found({ slots: 3 }));
    await pool.prepare(starterModel);
    expect(launcher.launches[0]?.received[0]).toMatchObject({ type: 'load', sequences: 3 });
    expect(pool.capacity()[0]).toMatchObject({ tokensPerSecond: 500 });
    // The same again changes nothing.
    pool.setMeasured(found({ slots: 3 }));
    expect(pool.capacity()).toHaveLength(1);
  });

  test('unloads an idle model that is served otherwise; one that works goes on', async () => {
    const { launcher, pool, run } = setUp();
    await pool.prepare(starterModel);
    pool.setMeasured(found({ slots: 7 }));
    expect(pool.capacity()).toMatchObject([{ state: 'unloaded', slots: 7, reservedBytes: 0 }]);
    await pool.prepare(starterModel);
    expect(launcher.launches[1]?.received[0]).toMatchObject({ sequences: 7 });
    run(9);
    await settle();
    pool.setMeasured(found({ slots: 5 }));
    expect(pool.capacity()[0]).toMatchObject({ state: 'ready', busy: 1 });
  });
});

describe('a graphics card', () => {
  const shape = { ...starterModel, layers: 32, sizeBytes: 1_500_000_000, parameters: 3e9 };

  test('is filled by the models in turn, and free again when one leaves', async () => {
    const graphics = () => ({ freeBytes: 4 * 2 ** 30, unified: false });
    const { launcher, pool } = setUp([], { graphics, memoryBytes: 64e9 });
    const [one, two, three] = ['a', 'b', 'c'].map((letter) => ({ ...shape, digest: letter.repeat(64) }));
    if (one === undefined || two === undefined || three === undefined) throw new Error('There are three');
    await pool.prepare(one);
    await pool.prepare(two);
    await pool.forget(one.digest);
    await pool.prepare(three);
    const layers = launcher.launches.flatMap(({ received }) =>
      received.flatMap((message) => (message.type === 'load' ? message.gpuLayers : [])),
    );
    expect(layers[0]).toBe(33);
    expect(layers[1]).toBeGreaterThan(0);
    expect(layers[1]).toBeLessThan(33);
    expect(layers[2]).toBeGreaterThan(layers[1] ?? 33);
  });

  test('nothing goes there without one, and what was learnt scales the reservation', async () => {
    const { launcher, pool } = setUp([], { memoryBytes: 64e9, correction: () => 2 });
    await pool.prepare(shape);
    expect(launcher.launches[0]?.received[0]).toMatchObject({ type: 'load', gpuLayers: 0 });
    const doubled = pool.capacity()[0]?.reservedBytes ?? 0;
    const plain = setUp([], { memoryBytes: 64e9 });
    await plain.pool.prepare(shape);
    const once = plain.pool.capacity()[0]?.reservedBytes ?? 0;
    expect(Math.abs(modelPart(doubled) - 2 * modelPart(once))).toBeLessThan(3);
  });
});
