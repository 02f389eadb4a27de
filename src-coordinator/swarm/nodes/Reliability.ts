import type { Clock } from '#shared/util/clock.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { NodeRegistry } from './NodeRegistry.ts';

/** A node that ends over a tenth of its last 20 assignments without a token gets no offers for an hour (rules 4.12). */
const reliabilityRule = { ofLast: 20, mostEmpty: 2, pauseMs: 3_600_000 } as const;

interface ReliabilityNeeds {
  readonly clock: Clock;
  readonly store: Pick<CoordinatorStore, 'emptyEnds'>;
  readonly nodes: NodeRegistry;
  /** Private swarms ask their few nodes again. */
  readonly private: boolean;
}

/**
 * Leaves nodes that keep ending without a token alone for a while. The pause is computed from what is stored, so that
 * neither a new connection nor a restart of the coordinator ends it.
 */
export class Reliability {
  readonly #needs: ReliabilityNeeds;

  constructor(needs: ReliabilityNeeds) {
    this.#needs = needs;
  }

  /** Until when a node gets no offers (UTC milliseconds); 0 for one that may be asked. */
  blockedUntil(nodeId: string): number {
    if (this.#needs.private) return 0;
    const now = this.#needs.clock.now();
    const { pauseMs, ofLast, mostEmpty } = reliabilityRule;
    const { empty, lastAt } = this.#needs.store.emptyEnds(nodeId, { since: now - pauseMs, ofLast });
    // A clock that was set back must not make the pause longer.
    return lastAt === null || empty <= mostEmpty ? 0 : Math.min(now, lastAt) + pauseMs;
  }

  /** An assignment of this node ended without a token. */
  consider(nodeId: string): void {
    const node = this.#needs.nodes.get(nodeId);
    if (node !== undefined) node.blockedUntil = this.blockedUntil(nodeId);
  }
}
