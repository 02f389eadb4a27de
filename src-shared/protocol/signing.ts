import canonicalize from 'canonicalize';

/** The purpose of a signature. A signature made for one purpose is invalid for every other (rules 3.2). */
export type SigningPurpose = 'challenge' | 'certificate' | 'chunk' | 'money' | 'receipts' | 'rotation' | 'catalogue';

/** The bytes to sign: `open-swarm/<purpose>/v1\n` and the canonical JSON (RFC 8785) of the value. Throws a TypeError for other values. */
export function signingBytes(purpose: SigningPurpose, value: unknown): Uint8Array {
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('Only JSON values can be signed');
  return new TextEncoder().encode(`open-swarm/${purpose}/v1\n${json}`);
}
