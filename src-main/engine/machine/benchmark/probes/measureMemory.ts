import type { MemorySpeed } from '#shared/domain/machine/benchmark.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import { median, spreadOf } from '#engine/machine/benchmark/statistics.ts';
import { OneShotWorker } from '#engine/machine/benchmark/OneShotWorker.ts';

export interface MemoryOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Physical cores; one process reads per core, up to a limit. */
  readonly cores: number;
  /** Free memory, in bytes; a quarter of it is used at most. */
  readonly availableBytes: number;
  readonly rounds: number;
  /** Duration of a round, in milliseconds. */
  readonly roundMs: number;
}

/** More readers add nothing on ordinary machines, yet take time to start. */
const maxReaders = 8;

/** Memory area of one reader, in bytes; larger than its share of the caches. */
const areaBytes = 128 << 20;

/** Memory of a reader's process itself, in bytes. */
const readerBytes = 128 << 20;

/** Measures how fast all cores together read main memory. Each reads its own area in its own process. */
export async function measureMemory(options: MemoryOptions): Promise<MemorySpeed> {
  const readers = Math.max(1, Math.min(maxReaders, options.cores));
  const bytes = Math.max(1 << 20, Math.min(areaBytes, Math.floor(options.availableBytes / 4 / readers)));
  const permissions = { modelPath: null, memoryBytes: bytes + readerBytes, graphics: false };
  const rounds = await withReaders({ ...options, permissions }, readers, async (workers) => {
    const sums: number[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const speeds = await Promise.all(workers.map((worker) => worker.readMemory(bytes, options.roundMs)));
      sums.push(speeds.reduce((sum, speed) => sum + speed, 0) / 1e9);
    }
    return sums;
  });
  return { gigabytesPerSecond: median(rounds), readers, spread: spreadOf(rounds) };
}

/** Starts all readers before the first one reads. When one fails, the others are cancelled. */
async function withReaders<T>(
  {
    launcher,
    permissions,
    clock,
    signal,
  }: Pick<MemoryOptions, 'launcher' | 'clock' | 'signal'> & { readonly permissions: WorkerPermissions },
  count: number,
  use: (workers: readonly OneShotWorker[]) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const needs = { launcher, permissions, clock, signal: AbortSignal.any([signal, stop.signal]) };
  const done = Promise.withResolvers<T>();
  const workers: OneShotWorker[] = [];
  const exits = Array.from({ length: count }, () =>
    OneShotWorker.with(needs, async (worker) => {
      workers.push(worker);
      if (workers.length === count) done.resolve(use(workers));
      await done.promise;
    }).catch((error: unknown) => {
      done.reject(error);
      stop.abort();
    }),
  );
  try {
    return await done.promise;
  } finally {
    await Promise.all(exits);
  }
}
