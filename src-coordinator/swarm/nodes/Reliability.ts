import type { Clock } from '#shared/util/clock.ts';
import type { Queries } from '#coordinator/books/Queries.ts';

/**
 * A node that ends over a tenth of its last 20 assignments without a token gets no offers for an hour (rules 4.12). Of fewer
 * than eight assignments no rate can be estimated.
 */
const reliabilityRule = { ofLast: 20, fewest: 8, mostEmpty: 0.1, pauseMs: 3_600_000 } as const;

interface ReliabilityNeeds {
  readonly clock: Clock;
  readonly queries: Pick<Queries, 'emptyEnds'>;
  /** Private swarms ask their few nodes again. */
  readonly private: boolean;
}

/**
 * Pauses nodes that keep ending assignments without a token. The pause is computed from stored data, so that neither a
 * new connection nor a restart of the coordinator ends it.
 */
export class Reliability {
  readonly #needs: ReliabilityNeeds;

  constructor(needs: ReliabilityNeeds) {
    this.#needs = needs;
  }

  /** UTC milliseconds until which a node gets no offers; 0 for one that may be asked. */
  async blockedUntil(nodeId: string): Promise<number> {
    if (this.#needs.private) return 0;
    const now = this.#needs.clock.now();
    const { pauseMs, ofLast, fewest, mostEmpty } = reliabilityRule;
    const ends = await this.#needs.queries.emptyEnds(nodeId, { since: now - pauseMs, ofLast });
    if (ends.lastAt === null || ends.of < fewest || ends.empty <= mostEmpty * ends.of) return 0;
    // A clock that was set back must not make the pause longer.
    return Math.min(now, ends.lastAt) + pauseMs;
  }
}
