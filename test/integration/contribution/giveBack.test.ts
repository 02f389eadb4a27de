import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { restingInference } from '#engine/ports/inference/Inference.ts';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { FakeSenses } from '#test/helpers/FakeSenses.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe('giving the machine back, with a real worker under load', () => {
  let folder: string;
  let pool: InferencePool;
  let model: InstalledModel;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-give-back-'));
    model = await makeSyntheticModel(folder, '135m');
    pool = openPool();
    await pool.prepare(model);
  });
  afterAll(async () => {
    await pool.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Four streams at once, stopped together; how many tokens each had been given then and in the end. */
  async function fourStreams(stop: (controllers: readonly AbortController[]) => void) {
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    const heard = controllers.map(() => 0);
    let atStop: readonly number[] | null = null;
    const runs = controllers.map(({ signal }, index) =>
      record(pool, starterRequest({ model, maxTokens: 400, prompt: { kind: 'text', text: `${index} is` } }), {
        signal,
        onTokens: (from, ids) => {
          heard[index] = from + ids.length;
          if (atStop !== null || heard.some((count) => count < 8)) return;
          atStop = [...heard];
          stop(controllers);
        },
      }),
    );
    const recordings = await Promise.all(runs);
    return { atStop: atStop ?? [], recordings };
  }

  test.each([
    ['the owner pauses', (all: readonly AbortController[]) => all.forEach((one) => one.abort())],
    ['everything yields', () => pool.yieldAll()],
  ])('no stream draws more than one more token once the worker hears it: %s', async (_name, stop) => {
    const { atStop, recordings } = await fourStreams(stop);
    for (const [index, { end, ids, text }] of recordings.entries()) {
      if (end.kind !== 'ended') throw new Error(end.message);
      expect(['cancelled', 'yielded']).toContain(end.finish);
      // The worker's own count, from the moment at which the signal reached it.
      expect(end.afterStop).toBeLessThanOrEqual(1);
      // What was drawn before it is kept, and told.
      expect(ids.length).toBe(end.count);
      expect(ids.length).toBeGreaterThanOrEqual(atStop[index] ?? 0);
      expect(text.length).toBeGreaterThan(0);
    }
  });

  test('a stream that has not read its prompt yet draws none', async () => {
    const stop = new AbortController();
    const long = { kind: 'text' as const, text: 'one two three '.repeat(400) };
    const request = starterRequest({ model, maxTokens: 50, prompt: long });
    const { end, ids } = await record(pool, request, { signal: stop.signal, onStarted: () => stop.abort() });
    expect(end).toMatchObject({ kind: 'ended', finish: 'cancelled', count: 0, afterStop: 0 });
    expect(ids).toEqual([]);
  });

  test('a rest for the sake of the share does not delay it', async () => {
    pool.setPace({ processorShare: 0.05, gpuShare: 1, threads: null });
    const { recordings } = await fourStreams(() => pool.yieldAll());
    for (const { end } of recordings) expect(end).toMatchObject({ kind: 'ended', finish: 'yielded' });
    pool.setPace({ processorShare: 1, gpuShare: 1, threads: null });
  });
});

describe('giving the machine back in a swarm', () => {
  let folder: string;
  let coordinator: TestCoordinator;
  let pools: InferencePool[];
  let senses: FakeSenses;
  let first: TestEngine;
  let asker: TestEngine;
  const others: TestEngine[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-contribution-'));
    coordinator = new TestCoordinator({ folder });
    await coordinator.start();
    pools = [openPool(), openPool()];
    senses = new FakeSenses();
    const [one] = pools;
    if (one === undefined) throw new Error('no pool');
    first = await new TestEngine({ coordinator, inference: one, senses }).start();
    asker = await new TestEngine({ coordinator, inference: restingInference, models: [] }).start();
    await first.serving();
  });
  afterEach(async () => {
    const engines = [asker, ...others.splice(0), first];
    for (const engine of engines) await engine.stop();
    for (const pool of pools) await pool.dispose();
    await coordinator.stop();
    for (const engine of engines) engine.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('when its person returns, another node goes on and both are paid', async () => {
    await first.engine.handlers['settings.set']({ 'contribution.onlyWhenIdle': true });
    senses.see({ user: { known: true, value: { idleMs: 3_600_000 } } });
    await until(() => first.engine.slice('contribution').state === 'ready', 'ready while idle');
    const taskId = await interrupted();
    expect(first.engine.slice('contribution')).toMatchObject({
      state: 'paused',
      reason: { code: 'user_active', text: 'Resumes after 5 idle minutes.' },
    });
    const [, pool] = pools;
    if (pool === undefined) throw new Error('no pool');
    const second = await new TestEngine({ coordinator, inference: pool }).start();
    others.push(second);

    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('completed');
    for (const node of [first, second]) {
      await until(() => node.engine.slice('money').agreement?.agrees === true, 'the books agree');
      const earned = (): bigint => parseCredits(node.engine.slice('money').balances?.earned ?? '0');
      await until(() => earned() > 0n, 'its part is paid');
    }
  });

  /** A task that the first node gave back when its person returned; the starter model may be done before that. */
  async function interrupted(): Promise<string> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const taskId = await asker.midway();
      senses.see({ user: { known: true, value: { idleMs: 0 } } });
      await until(() => first.engine.slice('tasks').length === 0, 'the first node stopped');
      for (;;) {
        const { status, timeline } = await asker.engine.handlers['task.get']({ taskId });
        if (timeline.some(({ step }) => step === 'handed_over')) return taskId;
        if (status === 'completed') break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      senses.see({ user: { known: true, value: { idleMs: 3_600_000 } } });
      await until(() => first.engine.slice('contribution').state !== 'paused', 'it works again');
    }
    throw new Error('Every answer was finished before its node stopped');
  }

  test('a watched program, heat and the battery each stop it with their reason; other programs slow it', async () => {
    const code = (): string => first.engine.slice('contribution').reason.code;
    await first.engine.handlers['settings.set']({ 'contribution.exclusivePrograms': ['doom'] });
    senses.see({ programs: { known: true, value: ['bash', 'DOOM.exe'] } });
    expect(code()).toBe('program');
    senses.see({ programs: { known: true, value: ['bash'] }, battery: { known: true, value: { onBattery: true } } });
    expect(code()).toBe('battery');
    senses.see({ battery: { known: true, value: { onBattery: false } }, temperature: { known: true, value: 90 } });
    expect(code()).toBe('temperature');
    senses.see({ temperature: { known: true, value: 50 } });
    expect(code()).toBe('waiting');
    senses.see({ processor: { known: true, value: { share: 0.2, processors: 2 } } });
    expect(first.engine.slice('contribution').share).toBe(40);
  });

  test('finish then stop lets what runs finish and takes nothing new', async () => {
    const taskId = await asker.midway();
    await first.engine.handlers['contribution.pause']({ forMs: null, finish: true });
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('completed');
    expect(detail.timeline.filter(({ step }) => step === 'handed_over')).toEqual([]);
    await until(() => first.engine.slice('contribution').state === 'paused', 'paused in the end');
    const waiting = await asker.submit();
    await first.engine.handlers['contribution.resume']({});
    expect((await asker.finished(waiting)).status).toBe('completed');
  });
});

/** An engine that only asks. */
