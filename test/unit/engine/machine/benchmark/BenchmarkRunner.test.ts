import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BenchmarkRunner, type BenchmarkRunnerOptions } from '#engine/machine/benchmark/BenchmarkRunner.ts';
import type { MeasuredMachine } from '#engine/ports/Machine.ts';
import { systemClock } from '#node/systemClock.ts';
import type { BenchmarkProgress } from '#shared/api/hardware.ts';
import { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { FakeBenchLauncher } from '#test/helpers/FakeBenchLauncher.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { until } from '#test/helpers/until.ts';
import { unknownMachine } from '#test/helpers/unknownMachine.ts';

const home = mkdtempSync(path.join(tmpdir(), 'open-swarm-benchmark-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const larger = { ...starterModel, digest: 'e'.repeat(64), name: 'Larger', sizeBytes: 2e9 };

interface SetUp {
  readonly launcher?: FakeBenchLauncher;
  readonly machine?: Partial<MeasuredMachine>;
  readonly runner?: Partial<BenchmarkRunnerOptions>;
}

function setUp({ launcher = new FakeBenchLauncher(), machine = {}, runner: change = {} }: SetUp = {}) {
  const stored: BenchmarkReport[] = [];
  const progress: BenchmarkProgress[] = [];
  const quiet: boolean[] = [];
  const told = { stored, progress, quiet, reports: 0 };
  const runner: BenchmarkRunner = new BenchmarkRunner({
    clock: systemClock,
    home,
    logger: silentLogger,
    link: () => null,
    machine: {
      launcher: async () => launcher,
      cores: async () => 2,
      graphics: async () => null,
      availableBytes: () => 1e9,
      memoryFor: (_model, contextTokens) => contextTokens,
      otherLoad: async () => 5,
      filler: (bytes) => 'x'.repeat(bytes),
      ...machine,
    },
    reports: {
      list: (limit) => stored.toReversed().slice(0, limit),
      add: async (report) => void stored.push(BenchmarkReport.parse(report)),
    },
    models: () => [starterModel],
    isWorking: () => false,
    whenIdle: async () => {},
    onQuiet: () => void quiet.push(runner.quiet),
    onReport: () => (told.reports += 1),
    onChange: () => {
      const { running } = runner.slice();
      if (running !== null) progress.push(running);
    },
    ...change,
  });
  return { runner, launcher, told };
}

async function reportOf(runner: BenchmarkRunner): Promise<BenchmarkReport> {
  runner.start({ set: 'quick' });
  const end = await runner.wait();
  if (end.kind !== 'done') throw new Error(`It ended ${end.kind}`);
  return end.report;
}

describe('a benchmark', () => {
  test('measures everything in order, stores it, tells how far it is, and leaves nothing behind', async () => {
    const { runner, launcher, told } = setUp();
    const report = await reportOf(runner);
    expect(report.memory.value).toEqual({ gigabytesPerSecond: 10, readers: 2, spread: 0 });
    expect(report.disk.value?.writeMBs).toBeGreaterThan(0);
    expect(report.disk.value?.readMBs).toBeGreaterThan(0);
    expect(report.link).toEqual({ value: null, reason: 'There is no connection to a coordinator.' });
    // Two answers take twice the time of one: nothing is gained by more of them.
    expect(report.models[0]).toMatchObject({ digest: starterModel.digest, threads: 1, slots: 1, spread: 0 });
    expect(report.models[0]?.decode.map(({ tokensPerSecond }) => tokensPerSecond)).toEqual([1000, 1000, 1000, 1000]);
    expect(told.stored).toEqual([report]);
    expect(told.reports).toBe(1);
    expect(told.quiet).toEqual([true, false]);
    const phases = told.progress.map(({ phase }) => phase);
    expect([...new Set(phases)]).toEqual(['waiting', 'memory', 'disk', 'link', 'load', 'prefill', 'decode', 'storing']);
    const shares = told.progress.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(launcher.alive).toBe(0);
    expect(readdirSync(home)).toEqual([]);
    expect(runner.slice()).toMatchObject({ running: null, last: report, previous: null, problem: null });
  });

  test('chooses threads for writing and for reading apart', async () => {
    const launcher = new FakeBenchLauncher({
      stepMs: ({ kind, threads, sequences }) => (kind === 'prefill' ? [100 / threads] : [10 * threads * sequences]),
    });
    const { runner } = setUp({ launcher, machine: { cores: async () => 4 } });
    const report = await reportOf(runner);
    expect(report.models[0]).toMatchObject({ threads: 1, prefillThreads: 4 });
  });

  test('an answer at once that gains is offered; after two that lose, no more are tried', async () => {
    const step: Readonly<Record<number, number>> = { 1: 10, 2: 11, 4: 40, 8: 100 };
    const launcher = new FakeBenchLauncher({ stepMs: ({ sequences }) => [step[sequences] ?? 1] });
    const report = await reportOf(setUp({ launcher }).runner);
    expect(report.models[0]?.slots).toBe(2);
    const tried = launcher.asked.flatMap((message) => (message.type === 'measure' ? message.sequences : []));
    expect(new Set(tried)).toEqual(new Set([1, 2, 4, 8]));
  });

  test('tries only as many answers at once as memory is there for, and says when not one fits', async () => {
    const cells = Math.min(1024, starterModel.contextSize);
    const fits = await reportOf(setUp({ machine: { availableBytes: () => cells * 2 } }).runner);
    expect(fits.models[0]?.decode.map(({ sequences }) => sequences)).toEqual([1, 2]);
    const none = await reportOf(setUp({ machine: { availableBytes: () => cells - 1 } }).runner);
    expect(none.models).toEqual([]);
    expect(none.skipped[0]?.reason).toContain('are free');
  });

  test('the quick set leaves large models out, the full one measures them after the small ones', async () => {
    const models = () => [larger, starterModel];
    const quick = await reportOf(setUp({ runner: { models } }).runner);
    expect(quick.skipped).toMatchObject([{ name: 'Larger' }]);
    const { runner } = setUp({ runner: { models } });
    runner.start({ set: 'full' });
    const end = await runner.wait();
    expect(end.kind === 'done' && end.report.models.map(({ name }) => name)).toEqual([starterModel.name, 'Larger']);
  });

  test('a model that cannot be loaded is told with its reason, and the rest is measured', async () => {
    const launcher = new FakeBenchLauncher({
      load: () => ({ type: 'load_failed', code: 'model_damaged', message: 'The file is damaged.' }),
    });
    const report = await reportOf(setUp({ launcher }).runner);
    expect(report.skipped).toEqual([
      { digest: starterModel.digest, name: starterModel.name, reason: 'The file is damaged.' },
    ]);
    expect(report.memory.value).not.toBe(null);
    expect(launcher.alive).toBe(0);
  });

  test('a busy machine is labelled, by other programs as by tasks that could not be waited for', async () => {
    expect((await reportOf(setUp({ machine: { otherLoad: async () => 60 } }).runner)).load).toEqual({
      otherPercent: 60,
      isBusy: true,
    });
    expect((await reportOf(setUp({ runner: { isWorking: () => true } }).runner)).load.isBusy).toBe(true);
    expect((await reportOf(setUp({ machine: { otherLoad: async () => null } }).runner)).load.isBusy).toBe(false);
  });
});

describe('starting and stopping', () => {
  test('cancelling ends every process at once and stores nothing', async () => {
    const launcher = new FakeBenchLauncher({ stepMs: () => null });
    const { runner, told } = setUp({ launcher });
    runner.start({ set: 'full' });
    await until(() => launcher.asked.some(({ type }) => type === 'measure'), 'it measures');
    expect(launcher.alive).toBe(1);
    const waiting = runner.wait();
    await runner.cancel();
    expect(await waiting).toEqual({ kind: 'cancelled' });
    expect(launcher.alive).toBe(0);
    expect(told.stored).toEqual([]);
    expect(told.quiet).toEqual([true, false]);
    expect(runner.slice()).toMatchObject({ running: null, problem: null });
  });

  test('cancelling while running tasks are waited for begins nothing', async () => {
    const { runner, launcher } = setUp({ runner: { isWorking: () => true, whenIdle: () => new Promise(() => {}) } });
    runner.start({ set: 'quick' });
    await runner.cancel();
    expect(await runner.wait()).toEqual({ kind: 'cancelled' });
    expect(launcher.launched).toBe(0);
  });

  test('a second start joins the run under way; without any run there is nothing to wait for', async () => {
    const { runner, told } = setUp();
    expect(await runner.wait()).toEqual({ kind: 'idle' });
    runner.start({ set: 'quick' });
    runner.start({ set: 'full' });
    await runner.wait();
    expect(told.stored.map(({ set }) => set)).toEqual(['quick']);
  });

  test('waiting callers are answered after a while and ask again', async () => {
    const clock = new ManualClock();
    const launcher = new FakeBenchLauncher({ stepMs: () => null });
    const { runner } = setUp({ launcher, runner: { clock } });
    runner.start({ set: 'quick' });
    const waiting = runner.wait();
    await clock.advance(20_000);
    expect(await waiting).toEqual({ kind: 'waiting' });
    await runner.cancel();
  });

  test('a model that is not here is refused, and a machine that tells nothing ends the run', async () => {
    const { runner } = setUp();
    expect(() => runner.start({ set: 'quick', models: ['a'.repeat(64)] })).toThrow('No model with the digest');
    expect(runner.quiet).toBe(false);
    const bare = setUp({ runner: { machine: unknownMachine.measured } }).runner;
    bare.start({ set: 'quick' });
    expect(await bare.wait()).toMatchObject({ kind: 'failed' });
  });

  test('a result that cannot be stored is a problem that is told', async () => {
    const full = { list: () => [], add: () => Promise.reject(new Error('The disk is full.')) };
    const { runner, told } = setUp({ runner: { reports: full } });
    runner.start({ set: 'quick' });
    expect(await runner.wait()).toEqual({ kind: 'failed', message: 'The disk is full.' });
    expect(runner.slice().problem).toBe('The disk is full.');
    expect(told.reports).toBe(0);
  });
});
