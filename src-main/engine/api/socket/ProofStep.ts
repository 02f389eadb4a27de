import { LocalHello, LocalProve } from '#shared/api/handshake.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { KnownSecret, LocalSecrets } from './LocalSecrets.ts';
import type { FailedProofs } from './FailedProofs.ts';
import { localProof, randomKey, sameProof } from '#node/keys/localProof.ts';

interface OpenChallenge {
  readonly secret: KnownSecret;
  readonly expected: string;
}

/** The reply to a valid proof. */
export interface Proven {
  readonly kind: KnownSecret['kind'];
  /** The lasting secret of a browser that came with a code; null otherwise. */
  readonly browserSecret: string | null;
}

/**
 * Authenticates one connection: `hello` proves the engine, `prove` checks the client. A connection may try several secrets,
 * one after the other; too many failures are refused before any look-up.
 */
export class ProofStep {
  readonly #secrets: LocalSecrets;
  readonly #failed: FailedProofs;
  #open: OpenChallenge | undefined;

  constructor(secrets: LocalSecrets, failed: FailedProofs) {
    this.#secrets = secrets;
    this.#failed = failed;
  }

  /** The engine's proof for a named secret. Throws a SwarmError `secret_wrong` or `rate_limited`, or a ZodError. */
  hello(payload: unknown): { serverNonce: string; proof: string } {
    this.#open = undefined;
    const { secretId, clientNonce } = LocalHello.parse(payload);
    const secret = this.#secrets.find(secretId);
    if (secret === undefined) throw this.#failure();
    const nonces = { client: clientNonce, server: randomKey() };
    this.#open = { secret, expected: localProof('client', secret.key, nonces) };
    return { serverNonce: nonces.server, proof: localProof('engine', secret.key, nonces) };
  }

  /** Checks the client's proof; each challenge allows one try. Throws as `hello`, or `unauthenticated` without one. */
  prove(payload: unknown): Proven {
    const challenge = this.#open;
    this.#open = undefined;
    const { proof } = LocalProve.parse(payload);
    if (challenge === undefined) throw new SwarmError('unauthenticated', 'Send local:hello first.');
    if (!sameProof(proof, challenge.expected)) throw this.#failure();
    const { kind, id } = challenge.secret;
    if (kind !== 'code') return { kind, browserSecret: null };
    const browserSecret = this.#secrets.exchangeCode(id);
    if (browserSecret === undefined) throw this.#failure();
    return { kind, browserSecret };
  }

  #failure(): SwarmError {
    return this.#failed.add()
      ? new SwarmError('rate_limited')
      : new SwarmError('secret_wrong', 'This address or secret is not valid, or no longer.');
  }
}
