import type { MicroCredits } from '#shared/domain/money/credits.ts';

/** The settings of a swarm that decide how nodes join it. */
export interface SwarmIdentity {
  readonly name: string;
  readonly private: boolean;
  /** Credits granted once per account. */
  readonly grant: MicroCredits;
  /** Secret of a private swarm; null in public swarms and after it was revoked, when no new node may join. */
  readonly secret: () => string | null;
  /** Addresses at which nodes may dial this coordinator; known once it listens. */
  readonly ownAddresses: () => readonly string[];
}
