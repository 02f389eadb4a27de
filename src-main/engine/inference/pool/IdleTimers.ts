import type { Clock, Timer } from '#shared/util/clock.ts';

/** Reports each model that has been idle for the whole keep-alive time. */
export class IdleTimers {
  readonly #clock: Clock;
  readonly #onExpired: (digest: string) => void;
  readonly #timers = new Map<string, Timer>();
  #keepMs: number | null = null;

  constructor(clock: Clock, onExpired: (digest: string) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Sets the keep-alive time; null keeps models for ever. Restarts the timers of the models that are idle now. */
  setKeepAlive(milliseconds: number | null, idle: readonly string[]): void {
    for (const digest of this.#timers.keys()) this.stop(digest);
    this.#keepMs = milliseconds;
    for (const digest of idle) this.start(digest);
  }

  /** Starts the timer of a model; a running one is left alone. */
  start(digest: string): void {
    if (this.#keepMs === null || this.#timers.has(digest)) return;
    const timer = this.#clock.setTimer(this.#keepMs, () => {
      this.#timers.delete(digest);
      this.#onExpired(digest);
    });
    this.#timers.set(digest, timer);
  }

  stop(digest: string): void {
    this.#timers.get(digest)?.cancel();
    this.#timers.delete(digest);
  }

  stopAll(): void {
    for (const digest of this.#timers.keys()) this.stop(digest);
  }
}
