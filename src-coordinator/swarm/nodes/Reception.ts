import { parseCredits } from '#shared/domain/money/credits.ts';
import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { type Reputation, reputationOf } from '#shared/domain/swarm/reputation.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { type Capabilities, mostAdmitted, type SessionReady } from '#shared/protocol/session.ts';
import type { PayloadOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { ConnectedNode } from './ConnectedNode.ts';
import type { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import type { NodeRegistry } from './NodeRegistry.ts';
import { servableModels } from './servable.ts';

/** Idle nodes beat this often; after three missed beats the session is dropped (rules 4.11). */
export const beatTimes = { beatMs: 15_000, missed: 3 } as const;

export interface ReceptionNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<CoordinatorStore, 'node'>;
  readonly nodes: NodeRegistry;
  readonly events: EventPusher;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly swarm: { readonly name: string; readonly private: boolean };
  readonly limits: { readonly leaseMs: number; readonly renewMs: number };
  readonly health: () => z.infer<typeof SwarmHealth>;
  /** Until when the node gets no offers, from what it did before. */
  readonly blockedUntil: (nodeId: string) => number;
  /** What becomes of each assignment that the node says it still works on. */
  readonly resume: (node: ConnectedNode, holding: readonly string[]) => SessionReady['holding'];
  /** A node can take work: it came, or it changed. */
  readonly onReady: (node: ConnectedNode) => void;
  readonly onGone: (nodeId: string) => void;
}

type Proof = PayloadOf<ToCoordinator, 'session:prove'>;

/** Brings proven nodes into the registry, keeps what is known of them fresh, and sees them off. */
export class Reception {
  readonly #needs: ReceptionNeeds;
  readonly #watches = new Map<NodeSession, Timer>();

  constructor(needs: ReceptionNeeds) {
    this.#needs = needs;
  }

  /** A second session of the same node closes the first. */
  admit(session: NodeSession, proof: Proof): SessionReady {
    const { nodes, clock, events, swarm, limits } = this.#needs;
    const former = nodes.get(session.nodeId);
    const node = this.#connectedNode(session, proof.capabilities);
    nodes.add(node);
    if (former !== undefined && former.session !== session) former.session.close('replaced by a new session');
    this.#watch(session);
    const holding = this.#needs.resume(node, proof.holding);
    clock.setTimer(0, () => {
      if (session.isClosed() || nodes.get(session.nodeId)?.session !== session) return;
      events.start(session, proof.cursor);
      this.#needs.onReady(node);
    });
    this.#needs.logger.info('A node is connected', { node_id: node.nodeId, account_id: node.accountId });
    return {
      serverTime: clock.now(),
      swarmName: swarm.name,
      private: swarm.private,
      health: this.#needs.health(),
      holding,
      limits: { beatMs: beatTimes.beatMs, leaseMs: limits.leaseMs, renewMs: limits.renewMs },
      ...this.#admitted(),
    };
  }

  leave(session: NodeSession, reason: string): void {
    this.#watches.get(session)?.cancel();
    this.#watches.delete(session);
    this.#needs.events.stop(session);
    if (this.#needs.nodes.get(session.nodeId)?.session !== session) return;
    this.#needs.nodes.remove(session.nodeId);
    this.#needs.logger.info('A node is gone', { node_id: session.nodeId, reason });
    this.#needs.onGone(session.nodeId);
  }

  update(session: NodeSession, capabilities: Capabilities): void {
    this.#needs.nodes.update(session.nodeId, (node) =>
      Object.assign(node, this.#claims(capabilities), { changedAt: this.#needs.clock.monotonic() }),
    );
    const node = this.seen(session);
    if (node !== undefined) this.#needs.onReady(node);
  }

  /** Notes a sign of life. */
  seen(session: NodeSession): ConnectedNode | undefined {
    const node = this.#needs.nodes.get(session.nodeId);
    if (node?.session !== session) return undefined;
    node.lastSeen = this.#needs.clock.monotonic();
    return node;
  }

  /** Takes the node's reputation anew from the store. */
  refreshReputation(nodeId: string): void {
    const standing = this.#standing(nodeId);
    this.#needs.nodes.update(nodeId, (node) => Object.assign(node, standing));
  }

  /** So that people learn which of their models earn here, before one has waited for work in vain. */
  #admitted(): Pick<SessionReady, 'admitted'> {
    const { catalogue, swarm } = this.#needs;
    return swarm.private || catalogue.size > mostAdmitted ? {} : { admitted: [...catalogue.keys()] };
  }

  #connectedNode(session: NodeSession, capabilities: Capabilities): ConnectedNode {
    const record = this.#needs.store.node(session.nodeId);
    const now = this.#needs.clock.monotonic();
    return {
      nodeId: session.nodeId,
      accountId: session.accountId,
      name: capabilities.name,
      pseudonym: record?.pseudonym ?? '',
      session,
      connectedAt: this.#needs.clock.now(),
      blockedUntil: this.#needs.blockedUntil(session.nodeId),
      changedAt: now,
      lastSeen: now,
      ...this.#standing(session.nodeId),
      ...this.#claims(capabilities),
    };
  }

  #claims(
    capabilities: Capabilities,
  ): Pick<ConnectedNode, 'status' | 'models' | 'minimumPrice' | 'region' | 'computer'> {
    return {
      status: capabilities.status,
      models: servableModels(capabilities.models, this.#needs.catalogue),
      minimumPrice: priceOf(capabilities.minimumPrice),
      region: capabilities.region,
      computer: capabilities.computer,
    };
  }

  #standing(nodeId: string): { reputation: Reputation; onTimeShare: number | null } {
    const record = this.#needs.store.node(nodeId);
    if (record === undefined) throw new Error(`Node ${nodeId} is connected but not enrolled`);
    const { onTime, late } = record.reputation;
    return {
      reputation: reputationOf(record.reputation, this.#needs.clock.now()),
      onTimeShare: onTime + late === 0 ? null : onTime / (onTime + late),
    };
  }

  #watch(session: NodeSession): void {
    const patience = beatTimes.beatMs * beatTimes.missed;
    const { clock, nodes } = this.#needs;
    const look = (delayMs: number) => {
      const timer = clock.setTimer(delayMs, () => {
        const node = nodes.get(session.nodeId);
        if (node?.session !== session) return;
        const quiet = clock.monotonic() - node.lastSeen;
        if (quiet >= patience) session.close('no beat for too long');
        else look(patience - quiet);
      });
      this.#watches.set(session, timer);
    };
    look(patience);
  }
}

/** Unreadable prices count as none: the field is a wish, not a claim. */
function priceOf(text: string | null): bigint {
  if (text === null || !/^\d{1,12}(\.\d{1,6})?$/.test(text)) return 0n;
  return parseCredits(text);
}
