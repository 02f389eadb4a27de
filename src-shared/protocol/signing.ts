import canonicalize from 'canonicalize';

/** What a signature is for. A signature made for one purpose is useless for every other (rules 3.2). */
export type SigningPurpose = 'challenge' | 'certificate' | 'chunk' | 'money' | 'receipts' | 'rotation' | 'catalogue';

/** The exact bytes that are signed: `open-swarm/<what>/v1\n` and the RFC 8785 form of the value. */
export function signingBytes(purpose: SigningPurpose, value: unknown): Uint8Array {
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('Only JSON values can be signed');
  return new TextEncoder().encode(`open-swarm/${purpose}/v1\n${json}`);
}
