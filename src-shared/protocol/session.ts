import { z } from 'zod';
import { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import { OfferedModel } from '#shared/domain/models/model.ts';
import { AccountId, AssignmentId, Bytes32, ModelDigest, NodeId, Signature, SwarmId } from '#shared/domain/ids.ts';
import { NodeStatus } from '#shared/domain/swarm/nodeStatus.ts';
import { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { NodeCertificate } from './challenge.ts';
import { protocolVersion } from './envelope.ts';
import { Cursors } from './streams.ts';

/** The current capabilities and settings of a node. */
export const Capabilities = z.object({
  status: NodeStatus,
  name: z.string().trim().min(1).max(64),
  models: z.array(OfferedModel).max(64),
  /** Minimum price in credits per 1,000 output tokens; null accepts any. */
  minimumPrice: z.string().max(32).nullable(),
  region: z.string().max(64).nullable(),
  timeZone: z.string().max(64).nullable(),
  /** Availability windows in minutes of the week in the node's time zone; empty means always. */
  availability: z
    .array(z.object({ fromMinute: z.int().min(0).max(10_080), toMinute: z.int().min(0).max(10_080) }))
    .max(64),
  /** Version of the app, for announcements. */
  version: z.string().max(32),
  /** The computer that it runs on, reported again after each measurement; null if not reported. */
  computer: ComputerSummary.nullable().default(null),
});
export type Capabilities = z.infer<typeof Capabilities>;

/** node → coordinator `session:open`; the reply is the coordinator's proof. */
export const SessionOpen = z.object({
  versions: z.array(z.int()).min(1).max(16).default([protocolVersion]),
  accountId: AccountId,
  nodeId: NodeId,
  clientNonce: Bytes32,
  origin: z.string().max(300),
});
export const SessionOffer = z.object({
  version: z.int(),
  swarmId: SwarmId,
  publicKey: Bytes32,
  serverNonce: Bytes32,
  expires: z.int(),
  /** Over the challenge with role `coordinator`, use `session`. */
  signature: Signature,
});

/** node → coordinator `session:prove`: the node's proof. The reply opens the session. */
export const SessionProve = z.object({
  certificate: NodeCertificate,
  /** Over the challenge with role `node`, use `session`. */
  signature: Signature,
  capabilities: Capabilities,
  /** Last event that this node has stored, by stream. */
  cursors: Cursors,
  /** Assignments that the node still runs, for the coordinator to confirm or supersede. */
  holding: z.array(AssignmentId).max(256),
});

/** Number of digests that fit into one message next to everything else. */
export const maxAdmitted = 10_000;

export const SessionReady = z.object({
  serverTime: z.number(),
  swarmName: z.string(),
  private: z.boolean(),
  health: SwarmHealth,
  /** The decision on each assignment in `holding`: whether to continue, and the number of stored tokens. */
  holding: z.array(z.object({ assignmentId: AssignmentId, keep: z.boolean(), stored: z.int() })),
  limits: z.object({ beatMs: z.int(), leaseMs: z.int(), renewMs: z.int() }),
  /** Models that may serve paid tasks of others in this swarm; absent if every model may, or if the list is too long. */
  admitted: z.array(ModelDigest).max(maxAdmitted).optional(),
});
export type SessionReady = z.infer<typeof SessionReady>;

/** node → coordinator `node:update`: capabilities or status changed. */
export const NodeUpdate = z.object({ capabilities: Capabilities });

/** node → coordinator `node:beat`: the heartbeat, every 15 s (rules 4.11). */
export const NodeBeat = z.object({});
export const NodeBeatReply = z.object({ serverTime: z.number(), health: SwarmHealth });

/** node → coordinator `link:probe`: measures latency and bandwidth. The filler is discarded; probes are rate limited. */
export const LinkProbe = z.object({
  filler: z.string().max(262_144).default(''),
  /** Length of the filler in the reply. */
  answerBytes: z.int().min(0).max(262_144).default(0),
});
export const LinkProbeReply = z.object({ filler: z.string().max(262_144) });

/** node → coordinator `lease:renew`, every second while the node holds a lease; sent without waiting for a reply. */
export const LeaseRenew = z.object({ assignmentIds: z.array(AssignmentId).min(1).max(256) });
