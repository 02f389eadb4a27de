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

/** Prefixes of ids that are derived from a public key (rules 1.1). */
export type IdPrefix = 'acc' | 'node' | 'swm';

/**
 * An Ed25519 key pair of an account, a node or a coordinator. Its methods keep the private key from leaking by
 * accident.
 */
export interface SigningKey {
  /** Raw public key, base64url. */
  readonly publicKey: string;
  /** Signs the canonical form of `value` for one purpose. Returns base64url. */
  sign(purpose: SigningPurpose, value: unknown): string;
  /** The raw 32-byte seed in base64url, only for encrypted storage and backup. */
  exportSecret(): string;
  /** The key object, for libraries that need it (JWT). */
  readonly privateKeyObject: KeyObject;
}

// DER prefixes of raw Ed25519 keys (RFC 8410).
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Generates a random key. */
export function createSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return fromPrivateKey(privateKey, der.subarray(-32));
}

/** Loads a key from its seed. Throws a RangeError when that is not 32 bytes in base64url. */
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

/** Verifies a signature. Malformed keys and signatures give false, never an error. */
export function verifySignature(claim: SignedClaim): boolean {
  try {
    const bytes = signingBytes(claim.purpose, claim.value);
    return verify(null, bytes, publicKeyObject(claim.publicKey), base64urlnopad.decode(claim.signature));
  } catch {
    return false;
  }
}

/** Size of the key cache; importing a key takes a quarter of the time of a verification. */
const maxCachedKeys = 20_000;

/** Creates a function that verifies signatures off the event loop and caches the keys, for callers that verify many. */
export function createVerifier(): (claim: SignedClaim) => Promise<boolean> {
  const cache = new Map<string, KeyObject>();
  const keyOf = (publicKey: string): KeyObject => {
    const cached = cache.get(publicKey);
    if (cached !== undefined) return cached;
    const key = publicKeyObject(publicKey);
    if (cache.size >= maxCachedKeys) cache.clear();
    cache.set(publicKey, key);
    return key;
  };
  return (claim) =>
    new Promise((resolve) => {
      try {
        const bytes = signingBytes(claim.purpose, claim.value);
        const signature = base64urlnopad.decode(claim.signature);
        verify(null, bytes, keyOf(claim.publicKey), signature, (error, isValid) => resolve(error === null && isValid));
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
