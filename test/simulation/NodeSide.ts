import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import type { FaultyNetwork } from './FaultyNetwork.ts';
import type { SeededRandom } from './SeededRandom.ts';
import type { Trace } from './Trace.ts';
import type { ProcessClock, VirtualClock } from './VirtualClock.ts';
import type { Witness } from './Witness.ts';
import type { WorkerHabits } from './WorkerHabits.ts';

/** The swarm that a node joined. */
export interface SwarmPin {
  readonly swarmId: string;
  readonly publicKey: string;
  readonly address: string;
}

export interface SimulatedNodeNeeds {
  readonly name: string;
  readonly identity: Identity;
  readonly world: VirtualClock;
  readonly random: SeededRandom;
  readonly network: FaultyNetwork;
  readonly trace: Trace;
  readonly witness: Witness;
  readonly swarm: SwarmPin;
  readonly habits: WorkerHabits;
  readonly slots: number;
}

/** What the two roles of a simulated node, worker and requester, use of it. */
export interface NodeSide {
  readonly needs: SimulatedNodeNeeds;
  /** The clock of the running process; another one after a restart. */
  readonly clock: ProcessClock;
  readonly isConnected: boolean;
  /** Sends and waits; a silent coordinator counts as a lost connection. */
  ask<K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>): Promise<Asked<K>>;
  notify(type: keyof ToCoordinator, payload: unknown): void;
}
