import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { measureDisk } from '#engine/machine/benchmark/probes/measureDisk.ts';
import { measureLink, type ProbedLink } from '#engine/machine/benchmark/probes/measureLink.ts';
import { measureMemory } from '#engine/machine/benchmark/probes/measureMemory.ts';
import { readOtherLoad } from '#engine/machine/benchmark/probes/readOtherLoad.ts';
import { OneShotWorker } from '#engine/machine/benchmark/OneShotWorker.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import { systemClock } from '#node/systemClock.ts';
import { FakeBenchLauncher } from '#test/helpers/FakeBenchLauncher.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-probes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

describe('the way to the coordinator', () => {
  /** FAKE link: 10 ms there and back, and 1 ms for each 16 KiB in either direction. */
  function fakeLink(clock: ManualClock, knowsProbes = true) {
    const sent: number[] = [];
    const link: ProbedLink = {
      probe: async (filler, answerBytes) => {
        await clock.advance(10 + (filler.length + answerBytes) / 16_384);
        sent.push(filler.length + answerBytes);
        if (!knowsProbes) return { ok: false, code: 'unsupported', message: 'Unknown message.' };
        return { ok: true, bytes: answerBytes };
      },
      beat: async () => {
        await clock.advance(12);
        return { ok: true, bytes: 0 };
      },
    };
    return { link, sent };
  }

  test('round trip and throughput are told apart, and the amount is bounded', async () => {
    const clock = new ManualClock();
    const { link, sent } = fakeLink(clock);
    const options = { link, clock, signal, trips: 5, loads: 3, filler: (bytes: number) => 'x'.repeat(bytes) };
    const speed = await measureLink(options);
    expect(speed.roundTripMs).toBe(10);
    // 128 KiB in 8 ms.
    expect(speed.upMbits).toBeCloseTo(131.072);
    expect(speed.downMbits).toBeCloseTo(131.072);
    expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBe(6 * 131_072);
  });

  test('a coordinator that knows no probes still tells the round trip', async () => {
    const clock = new ManualClock();
    const { link } = fakeLink(clock, false);
    const options = { link, clock, signal, trips: 3, loads: 3, filler: () => '' };
    expect(await measureLink(options)).toEqual({ roundTripMs: 12, upMbits: null, downMbits: null, spread: 0 });
  });

  test('a lost connection and a cancelled run end it', async () => {
    const clock = new ManualClock();
    const gone: ProbedLink = {
      probe: async () => ({ ok: false, code: 'not_connected', message: 'There is no connection.' }),
      beat: async () => ({ ok: false, code: 'not_connected', message: 'There is no connection.' }),
    };
    const options = { clock, signal, trips: 3, loads: 1, filler: () => '' };
    await expect(measureLink({ ...options, link: gone })).rejects.toThrow('no connection');
    const { link } = fakeLink(clock);
    await expect(measureLink({ ...options, link, signal: AbortSignal.abort() })).rejects.toThrow('cancelled');
  });
});

describe('the disk', () => {
  test('is written and read for real, and the file is gone afterwards', async () => {
    const speed = await measureDisk({ folder, clock: systemClock, signal, rounds: 1, bytes: 8 << 20 });
    expect(speed.writeMBs).toBeGreaterThan(0);
    expect(speed.readMBs).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a cancelled run leaves no file, and a folder that cannot be written is told', async () => {
    const options = { clock: systemClock, rounds: 1, bytes: 8 << 20 };
    await expect(measureDisk({ ...options, folder, signal: AbortSignal.abort() })).rejects.toThrow('cancelled');
    expect(readdirSync(folder)).toEqual([]);
    await expect(measureDisk({ ...options, folder: path.join(folder, 'none'), signal })).rejects.toThrow('ENOENT');
  });

  test('is not filled up', async () => {
    const bytes = Number.MAX_SAFE_INTEGER;
    await expect(measureDisk({ folder, clock: systemClock, signal, rounds: 1, bytes })).rejects.toThrow('too full');
  });
});

describe('memory', () => {
  const options = { clock: systemClock, signal, availableBytes: 8e9, rounds: 3, roundMs: 1 };

  test('is read by one program per core, up to a few, within what is free', async () => {
    const launcher = new FakeBenchLauncher();
    expect(await measureMemory({ ...options, launcher, cores: 3 })).toMatchObject({
      gigabytesPerSecond: 15,
      readers: 3,
    });
    expect(launcher.alive).toBe(0);
    const many = new FakeBenchLauncher();
    expect((await measureMemory({ ...options, launcher: many, cores: 64, availableBytes: 64e6 })).readers).toBe(8);
    const areas = many.asked.flatMap((message) => (message.type === 'read_memory' ? message.bytes : []));
    expect(Math.max(...areas) * 8).toBeLessThanOrEqual(16e6);
  });

  test('one program that dies ends them all', async () => {
    const fake = new FakeBenchLauncher();
    let starts = 0;
    const launcher: WorkerLauncher = {
      launch: (listener) => {
        starts += 1;
        if (starts < 3) return fake.launch(listener);
        queueMicrotask(() => listener.onExit({ code: 1, signal: null, detail: 'Out of memory.' }));
        return { pid: null, send: () => false, kill: () => {} };
      },
    };
    await expect(measureMemory({ ...options, launcher, cores: 3 })).rejects.toThrow('Out of memory.');
    expect(fake.alive).toBe(0);
  });
});

const permissions = { modelPath: null, memoryBytes: 1e9, graphics: false };

describe('a one-shot worker', () => {
  test('that says nothing, or nonsense, is ended', async () => {
    const clock = new ManualClock();
    let kills = 0;
    const silent: WorkerLauncher = {
      launch: (listener) => ({
        pid: 1,
        send: () => true,
        kill: () => {
          kills += 1;
          listener.onExit({ code: null, signal: 'SIGKILL', detail: '' });
        },
      }),
    };
    const never = OneShotWorker.with({ launcher: silent, permissions, clock, signal }, async () => 1);
    const told = expect(never).rejects.toThrow('did not answer in time');
    await clock.advance(120_000);
    await told;
    expect(kills).toBeGreaterThan(0);
    const babbling: WorkerLauncher = {
      launch: (listener) => {
        queueMicrotask(() => listener.onMessage({ type: 'hello' }));
        return silent.launch(listener, permissions);
      },
    };
    const nonsense = OneShotWorker.with({ launcher: babbling, permissions, clock, signal }, async () => 1);
    await expect(nonsense).rejects.toThrow('invalid message');
    expect(clock.pending).toBe(0);
  });

  test('is not even started when nobody wants it any more', async () => {
    const launcher = new FakeBenchLauncher();
    const needs = { launcher, permissions, clock: systemClock, signal: AbortSignal.abort() };
    await expect(OneShotWorker.with(needs, async () => 1)).rejects.toThrow('cancelled');
    expect(launcher.launched).toBe(0);
  });
});

test('the load of the machine is a percentage', async () => {
  const load = await readOtherLoad();
  expect(load).toBeGreaterThanOrEqual(0);
  expect(load).toBeLessThanOrEqual(100);
});
