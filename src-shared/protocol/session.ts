import { z } from 'zod';
import { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import { OfferedModel } from '#shared/domain/models/model.ts';
import { AccountId, AssignmentId, Bytes32, ModelDigest, NodeId, Signature, SwarmId } from '#shared/domain/ids.ts';
import { NodeStatus } from '#shared/domain/swarm/nodeStatus.ts';
import { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { NodeCertificate } from './challenge.ts';
import { protocolVersion } from './envelope.ts';
import { Cursors } from './streams.ts';

/** What a node can do right now. */
export const Capabilities = z.object({
  status: NodeStatus,
  name: z.string().trim().min(1).max(64),
  models: z.array(OfferedModel).max(64),
  /** Smallest price in credits per 1,000 output tokens it works for; null: any. */
  minimumPrice: z.string().max(32).nullable(),
  region: z.string().max(64).nullable(),
  timeZone: z.string().max(64).nullable(),
  /** Availability windows, minutes of the week in the node's time zone; empty: always. */
  availability: z
    .array(z.object({ fromMinute: z.int().min(0).max(10_080), toMinute: z.int().min(0).max(10_080) }))
    .max(64),
  /** Version of the app, for announcements. */
  version: z.string().max(32),
  /** What it runs on, told again when it was measured again; null when it does not say. */
  computer: ComputerSummary.nullable().default(null),
});
export type Capabilities = z.infer<typeof Capabilities>;

/** node → coordinator `session:open`; answered by the coordinator's proof. */
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

/** node → coordinator `session:prove`; after its answer the link is proven. */
export const SessionProve = z.object({
  certificate: NodeCertificate,
  /** Over the challenge with role `node`, use `session`. */
  signature: Signature,
  capabilities: Capabilities,
  /** Last event that this node has stored, by stream. */
  cursors: Cursors,
  /** Assignments the node still works on, so that the coordinator can confirm or supersede them. */
  holding: z.array(AssignmentId).max(256),
});

/** So many digests fit one message together with everything else. */
export const mostAdmitted = 10_000;

export const SessionReady = z.object({
  serverTime: z.number(),
  swarmName: z.string(),
  private: z.boolean(),
  health: SwarmHealth,
  /** What the coordinator says of each assignment in `holding`: go on, or stop. */
  holding: z.array(z.object({ assignmentId: AssignmentId, keep: z.boolean(), stored: z.int() })),
  limits: z.object({ beatMs: z.int(), leaseMs: z.int(), renewMs: z.int() }),
  /** Models that may serve paid tasks of others here; absent where every model may, and where there are too many to tell. */
  admitted: z.array(ModelDigest).max(mostAdmitted).optional(),
});
export type SessionReady = z.infer<typeof SessionReady>;

/** node → coordinator `node:update`: capabilities or status changed. */
export const NodeUpdate = z.object({ capabilities: Capabilities });

/** node → coordinator `node:beat`, every 15 s while idle. */
export const NodeBeat = z.object({});
export const NodeBeatReply = z.object({ serverTime: z.number(), health: SwarmHealth });

/**
 * node → coordinator `link:probe`: measures the way. What is sent and what is asked for are thrown away; a node may send
 * a few of these, and no more.
 */
export const LinkProbe = z.object({
  filler: z.string().max(262_144).default(''),
  /** Letters to answer with. */
  answerBytes: z.int().min(0).max(262_144).default(0),
});
export const LinkProbeReply = z.object({ filler: z.string().max(262_144) });

/** node → coordinator `lease:renew`, every second while holding one; notify only. */
export const LeaseRenew = z.object({ assignmentIds: z.array(AssignmentId).min(1).max(256) });
