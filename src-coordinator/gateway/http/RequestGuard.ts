import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import { isLoopback, clientPrefix } from '#coordinator/members/addressPrefix.ts';
import type { RestCoordinator } from './RestNeeds.ts';
import type { RouteDescription } from './route.ts';

/** Limit on requests and connections without a token, per address. */
export interface StrangerRate {
  readonly visits: number;
  readonly seconds: number;
}

const usualStrangerRate: StrangerRate = { visits: 100, seconds: 10 };

/** Derives the caller's address from the peer's address and `x-forwarded-for`. */
export type AddressOf = (peer: string, forwarded: string | readonly string[] | undefined) => string;

interface GuardNeeds {
  readonly coordinator: Pick<RestCoordinator, 'swarm' | 'tokens' | 'rates'>;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** The caller's address: the peer's, or the one a trusted proxy reports; sockets use the same function. */
  readonly addressOf: AddressOf;
  readonly strangerRate?: StrangerRate;
  /** True while requests are served. */
  readonly isReady: () => boolean;
}

/** Checks the token, its scope and the rate limits of a request, before its body is read. */
export class RequestGuard {
  readonly #needs: GuardNeeds;
  readonly #strangers: RateLimiterMemory;

  constructor(needs: GuardNeeds) {
    this.#needs = needs;
    const { visits, seconds } = needs.strangerRate ?? usualStrangerRate;
    this.#strangers = new RateLimiterMemory({ points: visits, duration: seconds });
  }

  /**
   * Admits a request to a route; returns the bearer, or null on a route without a token. Throws `shutting_down`,
   * `unauthenticated`, `token_invalid`, `token_revoked`, `forbidden`, `rate_limited` or `overloaded`.
   */
  async admit(request: FastifyRequest, scope: RouteDescription['scope']): Promise<Bearer | null> {
    if (!this.#needs.isReady()) throw new SwarmError('shutting_down');
    if (scope !== null) return this.#admitBearer(request, scope);
    await this.#countStranger(request);
    return null;
  }

  /** Counts one visit without a token; false when the address has made too many. */
  async allowAddress(address: string): Promise<boolean> {
    if (this.#needs.coordinator.swarm.private && isLoopback(address)) return true;
    try {
      await this.#strangers.consume(clientPrefix(address));
      return true;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return false;
      throw refused;
    }
  }

  /** The caller's address. */
  addressOf({ socket, headers }: FastifyRequest): string {
    return this.#needs.addressOf(socket.remoteAddress ?? '', headers['x-forwarded-for']);
  }

  async #admitBearer(request: FastifyRequest, scope: string): Promise<Bearer> {
    const bearer = await this.#verify(request);
    const verdict = this.#needs.coordinator.rates.take(bearer.accountId, this.#needs.monotonic());
    if (verdict === 'account') throw new SwarmError('rate_limited');
    if (verdict === 'total') throw new SwarmError('overloaded', 'This coordinator has reached its request limit.');
    if (scope !== 'any' && !bearer.scopes.some((granted) => granted === scope)) {
      throw new SwarmError('forbidden', `The token lacks the scope ${scope}.`);
    }
    return bearer;
  }

  /** A missing or invalid token counts against the address, like a request without one. */
  async #verify(request: FastifyRequest): Promise<Bearer> {
    try {
      return await this.#needs.coordinator.tokens.verify(tokenOf(request));
    } catch (error) {
      await this.#countStranger(request);
      throw error;
    }
  }

  async #countStranger(request: FastifyRequest): Promise<void> {
    if (!(await this.allowAddress(this.addressOf(request)))) throw new SwarmError('rate_limited');
  }
}

function tokenOf({ headers }: FastifyRequest): string {
  const [kind, token] = (headers.authorization ?? '').split(' ');
  if (kind?.toLowerCase() === 'bearer' && token !== undefined) return token;
  throw new SwarmError('unauthenticated', 'Send an access token: Authorization: Bearer …');
}
