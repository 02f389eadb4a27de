import type { MicroCredits } from '#shared/domain/money/credits.ts';

/** What a swarm is to those who join it. */
export interface SwarmIdentity {
  readonly name: string;
  readonly private: boolean;
  /** Granted once per account. */
  readonly grant: MicroCredits;
  /** Secret of a private swarm; null when it was revoked (nobody new may join) or in public swarms. */
  readonly secret: () => string | null;
  /** Addresses under which this coordinator may be dialled; known once it listens. */
  readonly ownAddresses: () => readonly string[];
}
