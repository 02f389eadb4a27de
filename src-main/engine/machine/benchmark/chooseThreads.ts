import { median } from './statistics.ts';

/** More threads must be so much faster to be worth it: fewer disturb less. */
export const worthIt = 1.05;

/** A count that is this much slower in its first round is not measured further. */
const hopeless = 1.3;

/** Most counts that are measured to the end. */
const finalists = 2;

/** Thread counts worth trying up to `most`: all of them on small machines, doubling ones on large. */
export function threadCounts(most: number): number[] {
  const doubling = Array.from({ length: 9 }, (_, power) => 2 ** power);
  const counts = most <= 4 ? [1, 2, 3, 4] : [...doubling, most];
  return [...new Set(counts.filter((count) => count <= most))].toSorted((a, b) => a - b);
}

/** The next larger count, which more answers at once may need; and the count itself. */
export function withNext(counts: readonly number[], count: number): number[] {
  const next = counts.find((other) => other > count);
  return next === undefined ? [count] : [count, next];
}

/** Speeds by thread count, of one round or more each. */
export type SpeedsByThreads = ReadonlyMap<number, readonly number[]>;

/** Counts that are still worth measuring after a first round, ascending. */
export function stillInTheRace(speeds: SpeedsByThreads): number[] {
  const ranked = [...speeds].toSorted(([, a], [, b]) => median(b) - median(a));
  const best = median(ranked[0]?.[1] ?? []);
  return ranked
    .filter(([, rounds]) => median(rounds) * hopeless >= best)
    .slice(0, finalists)
    .map(([threads]) => threads)
    .toSorted((a, b) => a - b);
}

/** The fewest threads that no larger count beats clearly; null without measurements. */
export function chooseThreads(speeds: SpeedsByThreads): number | null {
  const ascending = [...speeds].filter(([, rounds]) => rounds.length > 0).toSorted(([a], [b]) => a - b);
  const best = Math.max(...ascending.map(([, rounds]) => median(rounds)));
  return ascending.find(([, rounds]) => median(rounds) * worthIt >= best)?.[0] ?? null;
}
