import { localProofText } from '#shared/api/handshake.ts';

/** A fresh nonce of 32 bytes in base64url. */
export function newNonce(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** The proof of one side: HMAC-SHA-256 with the secret's key over both nonces, in base64url. */
export async function proofOf(
  side: 'engine' | 'client',
  key: string,
  nonces: { readonly client: string; readonly server: string },
): Promise<string> {
  const encoder = new TextEncoder();
  const secret = await crypto.subtle.importKey('raw', encoder.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const text = encoder.encode(localProofText(side, nonces.client, nonces.server));
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', secret, text)));
}

/** Compares two proofs in constant time. */
export function sameProof(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index += 1) difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
