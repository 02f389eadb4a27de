import { z } from 'zod';
import { AccountId, Bytes32, NodeId, Signature, SwarmId } from '#shared/domain/ids.ts';

/** Who signs: each side signs a challenge that names its own role, so neither can be replayed as the other's. */
export const ChallengeRole = z.enum(['coordinator', 'node']);

/** What a challenge opens. One made for enrolment opens no session. */
export const ChallengeUse = z.enum(['enrol', 'session']);

/** Signed by both sides on enrolment and on every connection: the coordinator first, with its pinned key (rules 2.1). */
export const Challenge = z.object({
  role: ChallengeRole,
  use: ChallengeUse,
  swarmId: SwarmId,
  /** Address as the node dialled it, e.g. `http://127.0.0.1:4000`: a challenge relayed from elsewhere does not fit. */
  origin: z.string().max(300),
  accountId: AccountId,
  nodeId: NodeId,
  clientNonce: Bytes32,
  serverNonce: Bytes32,
  /** UTC milliseconds; at most a minute ahead. */
  expires: z.int(),
});
export type Challenge = z.infer<typeof Challenge>;

/** The account vouches for its node. Signed (`certificate`) by the account's key over everything but `signature`. */
export const NodeCertificate = z.object({
  accountId: AccountId,
  accountKey: Bytes32,
  nodeId: NodeId,
  nodeKey: Bytes32,
  issuedAt: z.int(),
  signature: Signature,
});
export type NodeCertificate = z.infer<typeof NodeCertificate>;
