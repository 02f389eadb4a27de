import { TokenBucket } from './TokenBucket.ts';

/** Rates per account and for all together (rules 3.4). */
export interface RateLimits {
  readonly perAccount: { readonly perSecond: number; readonly burst: number };
  readonly total: { readonly perSecond: number; readonly burst: number };
}

export const usualRates: RateLimits = {
  perAccount: { perSecond: 100, burst: 200 },
  total: { perSecond: 10_000, burst: 20_000 },
};

/** Maximum number of accounts tracked; an evicted account starts with a full bucket again. */
const mostAccounts = 20_000;

/** Rate limit per account, shared by its sockets and REST requests. */
export class AccountRates {
  readonly #limits: RateLimits;
  readonly #accounts = new Map<string, TokenBucket>();
  readonly #total: TokenBucket;

  constructor(limits: RateLimits, now: number) {
    this.#limits = limits;
    this.#total = new TokenBucket(limits.total.perSecond, limits.total.burst, now);
  }

  /** Consumes one request; `account` or `total` names the exceeded limit. `now` is in monotonic milliseconds. */
  take(accountId: string, now: number): 'ok' | 'account' | 'total' {
    if (!this.#bucket(accountId, now).take(now)) return 'account';
    return this.#total.take(now) ? 'ok' : 'total';
  }

  #bucket(accountId: string, now: number): TokenBucket {
    const known = this.#accounts.get(accountId);
    if (known !== undefined) return known;
    const oldest = this.#accounts.keys().next();
    if (this.#accounts.size >= mostAccounts && oldest.done !== true) this.#accounts.delete(oldest.value);
    const { perSecond, burst } = this.#limits.perAccount;
    const bucket = new TokenBucket(perSecond, burst, now);
    this.#accounts.set(accountId, bucket);
    return bucket;
  }
}
