import type { Clock } from '#shared/util/clock.ts';

/** Idle time that may be caught up with, in milliseconds. */
const burstMs = 100;

/** Keeps the bytes of everybody who asks below a rate, which may change at any time. */
export class RateLimit {
  readonly #clock: Clock;
  #bytesPerSecond: number | null;
  /** Monotonic ms at which what was granted so far is used up. */
  #paidUntil = 0;

  constructor(clock: Clock, bytesPerSecond: number | null) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Null: no limit. */
  set(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#paidUntil = 0;
  }

  /** Resolves when these bytes, which are here already, are within the rate. */
  async take(bytes: number): Promise<void> {
    const rate = this.#bytesPerSecond;
    if (rate === null) return;
    const now = this.#clock.monotonic();
    this.#paidUntil = Math.max(this.#paidUntil, now - burstMs) + (bytes / rate) * 1000;
    const wait = this.#paidUntil - now;
    if (wait <= 0) return;
    await new Promise<void>((resolve) => this.#clock.setTimer(wait, resolve));
  }
}
