import type { Clock } from '#shared/util/clock.ts';

/** Failures that are allowed at once, and how fast the allowance comes back. */
const allowance = { burst: 20, perSecond: 0.5 } as const;

/**
 * Counts failed proofs of the whole engine. Keys are 256 bits, so this is not against guessing but against noise, and
 * it never locks anybody out who knows a secret: right proofs are not counted.
 */
export class FailedProofs {
  readonly #clock: Clock;
  #left: number = allowance.burst;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  /** Notes one failure; true when there were too many of late, and the connection should be closed. */
  add(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(allowance.burst, this.#left + ((now - this.#at) / 1000) * allowance.perSecond);
    this.#at = now;
    if (this.#left < 1) return true;
    this.#left -= 1;
    return false;
  }
}
