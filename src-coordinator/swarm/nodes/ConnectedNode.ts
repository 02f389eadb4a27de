import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { NodeStatus } from '#shared/domain/swarm/nodeStatus.ts';
import type { Reputation } from '#shared/domain/swarm/reputation.ts';
import type { ServableModel } from './servable.ts';

/** A node with an authenticated session, in this process or another one. */
export interface ConnectedNode {
  readonly nodeId: string;
  readonly accountId: string;
  readonly name: string;
  readonly pseudonym: string;
  /** Public key that signs its chunks. */
  readonly nodeKey: string;
  readonly connectedAt: number;
  status: NodeStatus;
  models: readonly ServableModel[];
  /** Micro-credits per 1,000 output tokens below which it does not work; 0 for any. */
  minimumPrice: bigint;
  region: string | null;
  computer: ComputerSummary | null;
  reputation: Reputation;
  /** Share of its settled tasks that were on time; null before the first. */
  onTimeShare: number | null;
  /** UTC milliseconds until which it gets no offers, since too many of its last assignments ended without a token. */
  blockedUntil: number;
  /** Monotonic milliseconds of its last change: what it declined before then may suit it now. */
  changedAt: number;
  /** Monotonic milliseconds of its last message. */
  lastSeen: number;
}

/** A node and one of its models: what the matcher chooses among. */
export interface Candidate {
  readonly node: ConnectedNode;
  readonly model: ServableModel;
  readonly freeSlots: number;
}
