import type { Clock } from '#shared/util/clock.ts';

/** Failures that are allowed at once, and how fast the allowance recovers. */
const allowance = { burst: 20, perSecond: 0.5 } as const;

/**
 * Counts the failed proofs of all connections. Keys have 256 bits, so this limits noise, not guessing; and it never locks out
 * anybody who knows a secret, since valid proofs are not counted.
 */
export class FailedProofs {
  readonly #clock: Clock;
  #left: number = allowance.burst;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  /** Counts a failure. True when there were too many lately and the connection should be closed. */
  add(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(allowance.burst, this.#left + ((now - this.#at) / 1000) * allowance.perSecond);
    this.#at = now;
    if (this.#left < 1) return true;
    this.#left -= 1;
    return false;
  }
}
