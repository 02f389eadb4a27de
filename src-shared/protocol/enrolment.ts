import { z } from 'zod';
import { Bytes32, Signature, SwarmId } from '#shared/domain/ids.ts';
import { NodeCertificate } from './challenge.ts';

/** Proofs that a public swarm may ask for: work against mass joining, others later. */
export const EnrolmentProof = z.object({ kind: z.string().max(32), value: z.string().max(4096) });

/**
 * A proof of kind `work`: a value for which SHA-256 of `workText` begins with `workBits` zero bits, some seconds of one
 * core. It makes it costly to ask a public swarm for many grants.
 */
export const workBits = 20;

/** Text whose hash is looked at; bound to the node, so that a value cannot be used by another. */
export function workText(nodeId: string, value: string): string {
  return `${nodeId}:${value}`;
}

/** POST /v1/enrol */
export const EnrolRequest = z.object({
  certificate: NodeCertificate,
  clientNonce: Bytes32,
  origin: z.string().max(300),
  /** Human name of the node; shown as a pseudonym to others. */
  name: z.string().trim().min(1).max(64),
  /** Secret of a private swarm, 128 bits in base64url. */
  secret: z.string().max(64).optional(),
  invite: z.string().max(256).optional(),
  proofs: z.array(EnrolmentProof).max(8).default([]),
  /** Free-form hash of the hardware, against one machine posing as many. */
  hardwareFingerprint: z.string().max(128).optional(),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

/** The coordinator proves itself first; the node checks the pinned key before it signs anything. */
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

/** POST /v1/enrol/{id}/respond */
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
