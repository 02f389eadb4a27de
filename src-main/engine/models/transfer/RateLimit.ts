import type { Clock, Timer } from '#shared/util/clock.ts';

/** Maximum unused time that carries over, in milliseconds. */
const burstMs = 100;

/** A caller that waits until its bytes are within the rate. */
interface Waiting {
  readonly bytes: number;
  readonly resume: () => void;
}

/** Limits the total rate of all callers, served in order of arrival. The rate may change at any time. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #bytesPerSecond: number | null;
  /** Monotonic milliseconds at which the bytes let through so far are paid off. */
  #paidUntil = 0;
  /** Runs until the first waiting caller may continue. */
  #timer: Timer | null = null;

  constructor(clock: Clock, bytesPerSecond: number | null) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Sets the rate, also for callers that are already waiting; null for no limit. */
  set(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#paidUntil = 0;
    this.#restartTimer();
  }

  /** Resolves when bytes that were just received are within the rate. Rejects with the signal's reason. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#bytesPerSecond === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { bytes, resume: resolve };
    const leave = (): void => {
      const place = this.#waiting.indexOf(waiting);
      if (place >= 0) this.#waiting.splice(place, 1);
      resolve();
      if (place === 0) this.#restartTimer();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#serve();
    await promise;
    signal.removeEventListener('abort', leave);
    signal.throwIfAborted();
  }

  /** Recomputes how long the first caller waits. */
  #restartTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#serve();
  }

  #serve(): void {
    while (this.#timer === null) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const now = this.#clock.monotonic();
      const cost = this.#bytesPerSecond === null ? 0 : (first.bytes / this.#bytesPerSecond) * 1000;
      const until = Math.max(this.#paidUntil, now - burstMs) + cost;
      const letThrough = (): void => {
        this.#timer = null;
        this.#paidUntil = until;
        this.#waiting.shift();
        first.resume();
      };
      if (until <= now || this.#bytesPerSecond === null) {
        letThrough();
        continue;
      }
      this.#timer = this.#clock.setTimer(until - now, () => {
        letThrough();
        this.#serve();
      });
    }
  }
}
