import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { TokenBucket } from './TokenBucket.ts';

/** One allowance per session. Times are monotonic milliseconds. */
export class SessionRates {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new WeakMap<NodeSession, TokenBucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes one; false when none is left. */
  take(session: NodeSession, now: number): boolean {
    return this.#bucket(session, now).take(now);
  }

  isEmpty(session: NodeSession, now: number): boolean {
    return this.#bucket(session, now).isEmpty(now);
  }

  #bucket(session: NodeSession, now: number): TokenBucket {
    const known = this.#buckets.get(session);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.#perSecond, this.#burst, now);
    this.#buckets.set(session, bucket);
    return bucket;
  }
}
