import type { Clock } from '#shared/util/clock.ts';
import type { CoordinatorStore } from '#coordinator/store/CoordinatorStore.ts';
import type { NodeRegistry } from './NodeRegistry.ts';

/** A node that ends over a tenth of its last 20 assignments without a token gets no offers for an hour (RULES 4). */
export const reliabilityRule = { ofLast: 20, mostEmpty: 2, pauseMs: 3_600_000 } as const;

interface ReliabilityNeeds {
  readonly clock: Clock;
  readonly store: Pick<CoordinatorStore, 'emptyEnds'>;
  readonly nodes: NodeRegistry;
  /** Private swarms ask their few nodes again. */
  readonly private: boolean;
}

/** Leaves nodes that keep ending without a token alone for a while. */
export class Reliability {
  readonly #needs: ReliabilityNeeds;

  constructor(needs: ReliabilityNeeds) {
    this.#needs = needs;
  }

  /** An assignment of this node ended without a token. */
  consider(nodeId: string): void {
    const { clock, store, nodes } = this.#needs;
    if (this.#needs.private || store.emptyEnds(nodeId).empty <= reliabilityRule.mostEmpty) return;
    const node = nodes.get(nodeId);
    if (node !== undefined) node.blockedUntil = clock.now() + reliabilityRule.pauseMs;
  }
}
