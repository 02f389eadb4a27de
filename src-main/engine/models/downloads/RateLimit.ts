import type { Clock, Timer } from '#shared/util/clock.ts';

/** Idle time that may be caught up with, in milliseconds. */
const burstMs = 100;

/** Bytes that are here and wait until they are within the rate. */
interface Waiting {
  readonly bytes: number;
  readonly goOn: () => void;
}

/** Keeps the bytes of everybody who asks below a rate, which may change at any time; who asked first goes first. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #bytesPerSecond: number | null;
  /** Monotonic ms at which what was let through so far is used up. */
  #paidUntil = 0;
  /** Until the first of those who wait may go on. */
  #timer: Timer | null = null;

  constructor(clock: Clock, bytesPerSecond: number | null) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Null: no limit. Counts for those who wait already, too. */
  set(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#paidUntil = 0;
    this.#again();
  }

  /** Resolves when these bytes, which are here already, are within the rate. Rejects with the signal's reason. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#bytesPerSecond === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { bytes, goOn: resolve };
    const leave = (): void => {
      const place = this.#waiting.indexOf(waiting);
      if (place >= 0) this.#waiting.splice(place, 1);
      resolve();
      if (place === 0) this.#again();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#serve();
    await promise;
    signal.removeEventListener('abort', leave);
    signal.throwIfAborted();
  }

  /** Reckons anew how long the first one waits. */
  #again(): void {
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
        first.goOn();
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
