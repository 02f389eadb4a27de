import type { Clock } from '#shared/util/clock.ts';
import type { ReadMemory } from '#shared/worker/EngineToWorker.ts';

/** More passes would not improve the median. */
const maxPasses = 10_000;

/**
 * Speed at which one thread reads main memory, in bytes per second: the median of many passes over an area that must be
 * larger than the caches. Searching for an absent byte is the fastest read that Node offers (`memchr`).
 */
export function readMemory(clock: Clock, { bytes, forMs }: Pick<ReadMemory, 'bytes' | 'forMs'>): number {
  // Filled, because untouched memory maps to a single page of zeros.
  const area = Buffer.allocUnsafeSlow(bytes).fill(1);
  const passes: number[] = [];
  const start = clock.monotonic();
  for (let from = start; passes.length === 0 || (from - start < forMs && passes.length < maxPasses);) {
    if (area.indexOf(2) !== -1) throw new Error('The memory returned other bytes than were written.');
    const end = clock.monotonic();
    passes.push(end - from);
    from = end;
  }
  const middle = passes.toSorted((a, b) => a - b)[Math.floor(passes.length / 2)] ?? 0;
  return middle > 0 ? (bytes / middle) * 1000 : 0;
}
