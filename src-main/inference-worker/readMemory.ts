import type { Clock } from '#shared/util/clock.ts';
import type { ReadMemory } from '#shared/worker/EngineToWorker.ts';

/** More say nothing more. */
const mostPasses = 10_000;

/**
 * Bytes per second at which one thread reads main memory: the middle one of many passes over an area that is larger
 * than caches are. Looking for a byte that is not there is the fastest reading that Node has (`memchr`).
 */
export function readMemory(clock: Clock, { bytes, forMs }: Pick<ReadMemory, 'bytes' | 'forMs'>): number {
  // Filled, because untouched memory is one and the same page of zeros.
  const area = Buffer.allocUnsafeSlow(bytes).fill(1);
  const passes: number[] = [];
  const start = clock.monotonic();
  for (let from = start; passes.length === 0 || (from - start < forMs && passes.length < mostPasses);) {
    if (area.indexOf(2) !== -1) throw new Error('The memory does not hold what was written to it.');
    const end = clock.monotonic();
    passes.push(end - from);
    from = end;
  }
  const middle = passes.toSorted((a, b) => a - b)[Math.floor(passes.length / 2)] ?? 0;
  return middle > 0 ? (bytes / middle) * 1000 : 0;
}
