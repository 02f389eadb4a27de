import { parseCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { reputationOf } from '#shared/domain/swarm/reputation.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { type Capabilities, maxAdmitted, type SessionReady } from '#shared/protocol/session.ts';
import type { PayloadOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { NodeRecord } from '#coordinator/books/records.ts';
import type { ConnectedNode } from './ConnectedNode.ts';
import type { NodeChannels } from './NodeChannels.ts';
import type { NodeRegistry } from './NodeRegistry.ts';
import type { Reliability } from './Reliability.ts';
import { servableModels } from './servable.ts';

/** Idle nodes beat this often; after three missed beats the session is closed (rules 4.11). */
export const beatTimes = { beatMs: 15_000, missed: 3 } as const;

export interface ReceptionNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queries: Pick<Queries, 'node'>;
  readonly nodes: NodeRegistry;
  readonly channels: Pick<NodeChannels, 'close'>;
  readonly reliability: Reliability;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly swarm: { readonly name: string; readonly private: boolean };
  readonly limits: { readonly leaseMs: number; readonly renewMs: number };
  readonly health: () => z.infer<typeof SwarmHealth>;
  /** Decides about each assignment that the node reports as still running. */
  readonly resume: (node: ConnectedNode, holding: readonly string[]) => SessionReady['holding'];
  /** Called when a node's session is ready; `cursors` are the numbers of the last events it has stored, by stream. */
  readonly onSession: (node: ConnectedNode, cursors: Proof['cursors']) => void;
  /** A node can take work: it came, or it changed. */
  readonly onReady: (node: ConnectedNode) => void;
  readonly onGone: (nodeId: string) => void;
}

/** An authenticated node that requests admission. */
export interface Arrival {
  readonly nodeId: string;
  readonly accountId: string;
  /** Attaches the session, through which the node is then reached. Throws `not_connected` if its link has closed. */
  readonly attach: () => void;
}

type Proof = PayloadOf<ToCoordinator, 'session:prove'>;

/** Adds authenticated nodes to the registry, keeps their facts up to date, and removes them when they disconnect. */
export class Reception {
  readonly #needs: ReceptionNeeds;
  readonly #beats = new Map<string, Timer>();
  /** Nodes whose reputation is being read, and whether it must be read again after that. */
  readonly #refreshing = new Map<string, { again: boolean }>();

  constructor(needs: ReceptionNeeds) {
    this.#needs = needs;
  }

  /** Admits a node; a former session of it is replaced. Throws a SwarmError. */
  async admit(arrival: Arrival, proof: Proof): Promise<SessionReady> {
    const { nodes, clock, logger, swarm, limits } = this.#needs;
    const { nodeId } = arrival;
    const [record, blockedUntil] = await Promise.all([
      this.#needs.queries.node(nodeId),
      this.#needs.reliability.blockedUntil(nodeId),
    ]);
    if (record === undefined) throw new SwarmError('not_enrolled');
    arrival.attach();
    const node = this.#connectedNode(record, blockedUntil, proof.capabilities);
    nodes.add(node);
    this.#watchBeats(nodeId);
    const holding = this.#needs.resume(node, proof.holding);
    // After the answer has left.
    clock.setTimer(0, () => {
      if (nodes.get(nodeId) !== node) return;
      this.#needs.onSession(node, proof.cursors);
      this.#needs.onReady(node);
    });
    logger.info('A node connected', { node_id: nodeId, account_id: node.accountId });
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

  /** Called when the node's only session has closed. */
  leave(nodeId: string, reason: string): void {
    this.#beats.get(nodeId)?.cancel();
    this.#beats.delete(nodeId);
    if (this.#needs.nodes.get(nodeId) === undefined) return;
    this.#needs.nodes.remove(nodeId);
    this.#needs.logger.info('A node disconnected', { node_id: nodeId, reason });
    this.#needs.onGone(nodeId);
  }

  update(nodeId: string, capabilities: Capabilities): void {
    const { nodes, clock } = this.#needs;
    nodes.update(nodeId, (node) =>
      Object.assign(node, this.#claims(capabilities), { changedAt: clock.monotonic(), lastSeen: clock.monotonic() }),
    );
    const node = nodes.get(nodeId);
    if (node !== undefined) this.#needs.onReady(node);
  }

  /** Records that the node is alive. */
  seen(nodeId: string): void {
    const node = this.#needs.nodes.get(nodeId);
    if (node !== undefined) node.lastSeen = this.#needs.clock.monotonic();
  }

  /** Rereads the reputation of a node and decides whether it may get offers; concurrent calls coalesce. */
  async refresh(nodeId: string): Promise<void> {
    const running = this.#refreshing.get(nodeId);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: true };
    this.#refreshing.set(nodeId, state);
    try {
      while (state.again) {
        state.again = false;
        await this.#refreshOnce(nodeId);
      }
    } catch (error) {
      this.#needs.logger.error('The standing of a node could not be read', { node_id: nodeId, error: String(error) });
    } finally {
      this.#refreshing.delete(nodeId);
    }
  }

  async #refreshOnce(nodeId: string): Promise<void> {
    const { queries, nodes, reliability } = this.#needs;
    if (nodes.get(nodeId) === undefined) return;
    const [record, blockedUntil] = await Promise.all([queries.node(nodeId), reliability.blockedUntil(nodeId)]);
    if (record === undefined) return;
    nodes.update(nodeId, (node) => Object.assign(node, this.#standing(record), { blockedUntil }));
  }

  /** Digests of the models that are paid here, so that people learn it before they wait for work in vain. */
  #admitted(): Pick<SessionReady, 'admitted'> {
    const { catalogue, swarm } = this.#needs;
    return swarm.private || catalogue.size > maxAdmitted ? {} : { admitted: [...catalogue.keys()] };
  }

  #connectedNode(record: NodeRecord, blockedUntil: number, capabilities: Capabilities): ConnectedNode {
    const now = this.#needs.clock.monotonic();
    return {
      nodeId: record.nodeId,
      accountId: record.accountId,
      name: capabilities.name,
      pseudonym: record.pseudonym,
      nodeKey: record.nodeKey,
      connectedAt: this.#needs.clock.now(),
      blockedUntil,
      changedAt: now,
      lastSeen: now,
      ...this.#standing(record),
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

  #standing({ reputation }: NodeRecord): Pick<ConnectedNode, 'reputation' | 'onTimeShare'> {
    const { onTime, late } = reputation;
    return {
      reputation: reputationOf(reputation, this.#needs.clock.now()),
      onTimeShare: onTime + late === 0 ? null : onTime / (onTime + late),
    };
  }

  #watchBeats(nodeId: string): void {
    const patience = beatTimes.beatMs * beatTimes.missed;
    const { clock, nodes, channels } = this.#needs;
    const look = (delayMs: number) => {
      this.#beats.get(nodeId)?.cancel();
      const timer = clock.setTimer(delayMs, () => {
        const node = nodes.get(nodeId);
        if (node === undefined) return;
        const quiet = clock.monotonic() - node.lastSeen;
        if (quiet >= patience) channels.close(nodeId, 'no beat for too long');
        else look(patience - quiet);
      });
      this.#beats.set(nodeId, timer);
    };
    look(patience);
  }
}

/** An unreadable price counts as none: the field is a wish, not a claim. */
function priceOf(text: string | null): bigint {
  if (text === null || !/^\d{1,12}(\.\d{1,6})?$/.test(text)) return 0n;
  return parseCredits(text);
}
