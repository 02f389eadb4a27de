import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { localProofText } from '#shared/api/handshake.ts';

/** Which side of a local connection makes a proof. */
export type LocalSide = 'engine' | 'client';

/** Both sides' nonces of one connection. */
export interface LocalNonces {
  readonly client: string;
  readonly server: string;
}

/** HMAC-SHA-256 of the secret's key over both nonces, base64url. */
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
