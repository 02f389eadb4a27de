import type { Clock, Timer } from '#shared/util/clock.ts';

/** Tells which models have been idle for as long as they are kept. */
export class IdleTimers {
  readonly #clock: Clock;
  readonly #onOver: (digest: string) => void;
  readonly #timers = new Map<string, Timer>();
  #keepMs: number | null = null;

  constructor(clock: Clock, onOver: (digest: string) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** How long from now on; null: for ever. Whoever is idle begins anew. */
  keepFor(milliseconds: number | null, idle: readonly string[]): void {
    for (const digest of this.#timers.keys()) this.stop(digest);
    this.#keepMs = milliseconds;
    for (const digest of idle) this.start(digest);
  }

  /** Begins to count; one that counts already goes on. */
  start(digest: string): void {
    if (this.#keepMs === null || this.#timers.has(digest)) return;
    const timer = this.#clock.setTimer(this.#keepMs, () => {
      this.#timers.delete(digest);
      this.#onOver(digest);
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
