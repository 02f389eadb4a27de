import { TokenBucket } from './TokenBucket.ts';

/** Rate limit per session. Times are monotonic milliseconds. */
export class SessionRates {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new WeakMap<object, TokenBucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Consumes one unit; false when none is left. */
  take(session: object, now: number): boolean {
    return this.#bucket(session, now).take(now);
  }

  isEmpty(session: object, now: number): boolean {
    return this.#bucket(session, now).isEmpty(now);
  }

  #bucket(session: object, now: number): TokenBucket {
    const known = this.#buckets.get(session);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.#perSecond, this.#burst, now);
    this.#buckets.set(session, bucket);
    return bucket;
  }
}
