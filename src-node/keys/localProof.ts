import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { localProofText } from '#shared/api/handshake.ts';

/** The side of a local connection that makes a proof. */
export type LocalSide = 'engine' | 'client';

/** The nonces of both sides of a connection. */
export interface LocalNonces {
  readonly client: string;
  readonly server: string;
}

/** HMAC-SHA-256 over both nonces with the key of the shared secret, base64url. */
export function localProof(side: LocalSide, key: string, nonces: LocalNonces): string {
  return createHmac('sha256', key)
    .update(localProofText(side, nonces.client, nonces.server))
    .digest('base64url');
}

/** Compares two proofs in constant time. */
export function sameProof(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/** 32 random bytes in base64url: a nonce, or the key of a secret. */
export function randomKey(): string {
  return randomBytes(32).toString('base64url');
}
