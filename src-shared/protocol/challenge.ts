import { z } from 'zod';
import { AccountId, Bytes32, NodeId, Signature, SwarmId } from '#shared/domain/ids.ts';

/** The role of the signer. Each side signs its own role, so that neither signature can be replayed as the other's. */
export const ChallengeRole = z.enum(['coordinator', 'node']);

/** The purpose of a challenge. A challenge for enrolment cannot open a session. */
export const ChallengeUse = z.enum(['enrol', 'session']);

/** Signed by both sides at enrolment and on every connection; the coordinator signs first, with its pinned key (rules 2.1). */
export const Challenge = z.object({
  role: ChallengeRole,
  use: ChallengeUse,
  swarmId: SwarmId,
  /** Address that the node connected to, e.g. `http://127.0.0.1:4000`, so that a challenge relayed from elsewhere is refused. */
  origin: z.string().max(300),
  accountId: AccountId,
  nodeId: NodeId,
  clientNonce: Bytes32,
  serverNonce: Bytes32,
  /** UTC milliseconds; at most a minute ahead. */
  expires: z.int(),
});
export type Challenge = z.infer<typeof Challenge>;

/** An account's statement that a node is its own, signed (purpose `certificate`) with the account's key over all other fields. */
export const NodeCertificate = z.object({
  accountId: AccountId,
  accountKey: Bytes32,
  nodeId: NodeId,
  nodeKey: Bytes32,
  issuedAt: z.int(),
  signature: Signature,
});
export type NodeCertificate = z.infer<typeof NodeCertificate>;
