import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { localProofText } from '#shared/api/handshake.ts';

/** A fresh nonce of 32 bytes in base64url. */
export function newLocalNonce(): string {
  return randomBytes(32).toString('base64url');
}

/** The proof that one side of a local connection owes: HMAC with the secret's key over both nonces, base64url. */
export function localProof(
  side: 'engine' | 'client',
  key: string,
  nonces: { readonly client: string; readonly server: string },
): string {
  return createHmac('sha256', key)
    .update(localProofText(side, nonces.client, nonces.server))
    .digest('base64url');
}

/** Compares two proofs without telling by its duration where they differ. */
export function isSameProof(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
