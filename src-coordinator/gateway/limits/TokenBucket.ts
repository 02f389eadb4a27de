/** Allows `perSecond` on average and `burst` at once. Time is an argument (monotonic milliseconds). */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#level = burst;
    this.#at = now;
  }

  /** Consumes one unit; false when none is left. */
  take(now: number): boolean {
    if (this.isEmpty(now)) return false;
    this.#level -= 1;
    return true;
  }

  /** Whether none is left. */
  isEmpty(now: number): boolean {
    this.#level = Math.min(this.#burst, this.#level + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    return this.#level < 1;
  }
}
