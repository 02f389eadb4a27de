import { z } from 'zod';
import { Bytes32, Signature, SwarmId } from '#shared/domain/ids.ts';
import { NodeCertificate } from './challenge.ts';

/** A proof that a public swarm may require, such as a proof of work against mass enrolment. */
export const EnrolmentProof = z.object({ kind: z.string().max(32), value: z.string().max(4096) });

/**
 * Zero bits at the start of the SHA-256 of `workText` that a proof of kind `work` needs: a few seconds of one core. This makes
 * many grants from a public swarm expensive.
 */
export const workBits = 20;

/** The text to hash for a proof of work; bound to the node, so that no other node can use the value. */
export function workText(nodeId: string, value: string): string {
  return `${nodeId}:${value}`;
}

/** POST /v1/enrol: the request of a node to join a swarm. */
export const EnrolRequest = z.object({
  certificate: NodeCertificate,
  clientNonce: Bytes32,
  origin: z.string().max(300),
  /** Name that the owner gave the node; other accounts see a pseudonym instead. */
  name: z.string().trim().min(1).max(64),
  /** Secret of a private swarm, 128 bits in base64url. */
  secret: z.string().max(64).optional(),
  invite: z.string().max(256).optional(),
  proofs: z.array(EnrolmentProof).max(8).default([]),
  /** Hash of hardware features in any form, to detect one computer that poses as many. */
  hardwareFingerprint: z.string().max(128).optional(),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

/** The coordinator's proof. The node checks it against the pinned key before it signs anything itself. */
export const EnrolChallenge = z.object({
  enrolmentId: z.string().max(64),
  swarmId: SwarmId,
  publicKey: Bytes32,
  serverNonce: Bytes32,
  expires: z.int(),
  /** Over the challenge with role `coordinator`, use `enrol`. */
  signature: Signature,
});
export type EnrolChallenge = z.infer<typeof EnrolChallenge>;

/** POST /v1/enrol/{id}/respond: the node's proof. */
export const EnrolResponse = z.object({
  /** Over the challenge with role `node`, use `enrol`, by the node's key. */
  signature: Signature,
});
export type EnrolResponse = z.infer<typeof EnrolResponse>;

export const EnrolResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('approved'), token: z.string(), tokenExpires: z.int(), granted: z.string() }),
  z.object({ status: z.literal('pending'), reason: z.string(), nextSteps: z.array(z.string()) }),
  z.object({ status: z.literal('rejected'), reason: z.string(), nextSteps: z.array(z.string()) }),
]);
export type EnrolResult = z.infer<typeof EnrolResult>;
