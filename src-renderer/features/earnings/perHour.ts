import type { MicroCredits } from '#shared/domain/money/credits.ts';

/** An hour's pay is not told from less work than this: a few short tasks say nothing about an hour. */
const leastWorkMs = 10_000;

/** What an hour of work brought; null while there was too little of it to tell. */
export function perHour(earned: MicroCredits, workedMs: number): MicroCredits | null {
  return workedMs < leastWorkMs ? null : (earned * 3_600_000n) / BigInt(Math.round(workedMs));
}
