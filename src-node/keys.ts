import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { base32nopad, base64urlnopad } from '@scure/base';
import { type SigningPurpose, signingBytes } from '#shared/protocol/signing.ts';

/** Hash-derived ids by what they name (rules 1.1). */
export type IdPrefix = 'acc' | 'node' | 'swm';

/** An Ed25519 key pair of an account, a node or a coordinator. The private half never leaves this object by accident. */
export interface SigningKey {
  /** Raw public key, base64url. */
  readonly publicKey: string;
  /** Signs the canonical form of `value` for one purpose; base64url. */
  sign(purpose: SigningPurpose, value: unknown): string;
  /** Raw 32-byte seed, base64url: for encrypted storage and backup only. */
  exportSecret(): string;
  /** For libraries that need the key itself (JWT). */
  readonly privateKeyObject: KeyObject;
}

// DER wrappers of raw Ed25519 keys (RFC 8410).
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A new random key. */
export function createSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return fromPrivateKey(privateKey, der.subarray(-32));
}

/** The key of a stored seed. Throws a RangeError when it is not 32 bytes in base64url. */
export function loadSigningKey(secret: string): SigningKey {
  const seed = base64urlnopad.decode(secret);
  if (seed.length !== 32) throw new RangeError('A signing key has 32 bytes');
  return fromPrivateKey(
    createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' }),
    seed,
  );
}

function fromPrivateKey(privateKey: KeyObject, seed: Uint8Array): SigningKey {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = base64urlnopad.encode(der.subarray(-32));
  const secret = base64urlnopad.encode(seed);
  return {
    publicKey,
    privateKeyObject: privateKey,
    sign: (purpose, value) => sign(null, signingBytes(purpose, value), privateKey).toString('base64url'),
    exportSecret: () => secret,
  };
}

/** The key object of a raw public key in base64url. Throws a RangeError when it is not one. */
export function publicKeyObject(publicKey: string): KeyObject {
  const raw = base64urlnopad.decode(publicKey);
  if (raw.length !== 32) throw new RangeError('A public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
}

/** A claimed signature over the canonical form of `value`. */
export interface SignedClaim {
  readonly purpose: SigningPurpose;
  readonly value: unknown;
  readonly signature: string;
  readonly publicKey: string;
}

/** True when the signature fits. Hostile keys and signatures give false, never an error. */
export function verifySignature(claim: SignedClaim): boolean {
  try {
    const bytes = signingBytes(claim.purpose, claim.value);
    return verify(null, bytes, publicKeyObject(claim.publicKey), base64urlnopad.decode(claim.signature));
  } catch {
    return false;
  }
}

/** Keys that a verifier keeps ready: preparing one costs a quarter of a check. */
const mostReadyKeys = 20_000;

/** Checks signatures off the event loop, for callers that check many, with the keys of those seen lately at hand. */
export function createVerifier(): (claim: SignedClaim) => Promise<boolean> {
  const ready = new Map<string, KeyObject>();
  const keyOf = (publicKey: string): KeyObject => {
    const known = ready.get(publicKey);
    if (known !== undefined) return known;
    const key = publicKeyObject(publicKey);
    if (ready.size >= mostReadyKeys) ready.clear();
    ready.set(publicKey, key);
    return key;
  };
  return (claim) =>
    new Promise((resolve) => {
      try {
        const bytes = signingBytes(claim.purpose, claim.value);
        const signature = base64urlnopad.decode(claim.signature);
        verify(null, bytes, keyOf(claim.publicKey), signature, (error, fits) => resolve(error === null && fits));
      } catch {
        resolve(false);
      }
    });
}

/** `acc_…`, `node_…` or `swm_…` of a raw public key in base64url. */
export function keyId(prefix: IdPrefix, publicKey: string): string {
  const hash = createHash('sha256').update(base64urlnopad.decode(publicKey)).digest().subarray(0, 20);
  return `${prefix}_${base32nopad.encode(hash).toLowerCase()}`;
}
