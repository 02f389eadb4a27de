import { z } from 'zod';

/** 20 bytes of a SHA-256 of a public key in lower-case base32 without padding: 32 characters (rules 1.1). */
const keyHash = '[a-z2-7]{32}';

export const AccountId = z.string().regex(new RegExp(`^acc_${keyHash}$`), 'must be an account id (acc_…)');
export const NodeId = z.string().regex(new RegExp(`^node_${keyHash}$`), 'must be a node id (node_…)');
export const SwarmId = z.string().regex(new RegExp(`^swm_${keyHash}$`), 'must be a swarm id (swm_…)');
/** A ULID in Crockford base32, created and stored by the requester before sending. */
export const TaskId = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be a ULID');
/** Opaque ULID of the coordinator. */
export const AssignmentId = TaskId;
/** Lower-case hex SHA-256 of a whole GGUF file. */
export const ModelDigest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
/** 32 raw bytes (Ed25519 public key, SHA-256 head, nonce) in base64url without padding. */
export const Bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url');
/** 64 raw bytes (Ed25519 signature) in base64url without padding. */
export const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'must be an Ed25519 signature in base64url');

export type AccountId = z.infer<typeof AccountId>;
export type NodeId = z.infer<typeof NodeId>;
export type SwarmId = z.infer<typeof SwarmId>;
export type TaskId = z.infer<typeof TaskId>;
export type AssignmentId = z.infer<typeof AssignmentId>;
export type ModelDigest = z.infer<typeof ModelDigest>;
export type Bytes32 = z.infer<typeof Bytes32>;
export type Signature = z.infer<typeof Signature>;
