import { median } from './statistics.ts';

/** More threads must be faster by this factor to be chosen: fewer disturb other programs less. */
export const worthwhile = 1.05;

/** A count slower than the best by this factor in the first round is dropped. */
const dropped = 1.3;

/** Number of counts that are measured in further rounds. */
const maxFinalists = 2;

/** The given count and the next larger one, which more concurrent answers may need. */
export function withNext(counts: readonly number[], count: number): number[] {
  const next = counts.find((other) => other > count);
  return next === undefined ? [count] : [count, next];
}

/** Speeds by thread count, one per round. */
export type SpeedsByThreads = ReadonlyMap<number, readonly number[]>;

/** The counts worth measuring after the first round, ascending. */
export function finalistsOf(speeds: SpeedsByThreads): number[] {
  const ranked = [...speeds].toSorted(([, a], [, b]) => median(b) - median(a));
  const best = median(ranked[0]?.[1] ?? []);
  return ranked
    .filter(([, rounds]) => median(rounds) * dropped >= best)
    .slice(0, maxFinalists)
    .map(([threads]) => threads)
    .toSorted((a, b) => a - b);
}

/** The fewest threads that no larger count clearly beats; null without measurements. */
export function chooseThreads(speeds: SpeedsByThreads): number | null {
  const ascending = [...speeds].filter(([, rounds]) => rounds.length > 0).toSorted(([a], [b]) => a - b);
  const best = Math.max(...ascending.map(([, rounds]) => median(rounds)));
  return ascending.find(([, rounds]) => median(rounds) * worthwhile >= best)?.[0] ?? null;
}
