import type { MemorySpeed } from '#shared/domain/machine/benchmark.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { WorkerLauncher, WorkerRoom } from '#engine/ports/WorkerLauncher.ts';
import { median, spreadOf } from './statistics.ts';
import { ThrowAwayWorker } from './ThrowAwayWorker.ts';

export interface MemoryOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Physical cores; so many programs read at once, up to a few. */
  readonly cores: number;
  /** Bytes that may be used altogether. */
  readonly availableBytes: number;
  readonly rounds: number;
  /** Length of a round in milliseconds. */
  readonly roundMs: number;
}

/** More readers bring nothing on machines that people have, and cost their starts. */
const mostReaders = 8;

/** Per reader; larger than the caches that it may have to itself. */
const areaBytes = 128 << 20;

/** Of the process of a reader. */
const readerBytes = 128 << 20;

/** How fast main memory is read by all cores together: each reads an area of its own in a process of its own. */
export async function measureMemory(options: MemoryOptions): Promise<MemorySpeed> {
  const readers = Math.max(1, Math.min(mostReaders, options.cores));
  const bytes = Math.max(1 << 20, Math.min(areaBytes, Math.floor(options.availableBytes / 4 / readers)));
  const room = { modelPath: null, memoryBytes: bytes + readerBytes, graphics: false };
  const rounds = await withReaders({ ...options, room }, readers, async (workers) => {
    const sums: number[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const speeds = await Promise.all(workers.map((worker) => worker.readMemory(bytes, options.roundMs)));
      sums.push(speeds.reduce((sum, speed) => sum + speed, 0) / 1e9);
    }
    return sums;
  });
  return { gigabytesPerSecond: median(rounds), readers, spread: spreadOf(rounds) };
}

/** Starts them all before the first reads; one that fails takes the others along. */
async function withReaders<T>(
  {
    launcher,
    room,
    clock,
    signal,
  }: Pick<MemoryOptions, 'launcher' | 'clock' | 'signal'> & { readonly room: WorkerRoom },
  count: number,
  use: (workers: readonly ThrowAwayWorker[]) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const together = { launcher, room, clock, signal: AbortSignal.any([signal, stop.signal]) };
  const done = Promise.withResolvers<T>();
  const workers: ThrowAwayWorker[] = [];
  const lives = Array.from({ length: count }, () =>
    ThrowAwayWorker.with(together, async (worker) => {
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
    await Promise.all(lives);
  }
}
