import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import { keyId, verifySignature } from '#node/keys/keys.ts';

/** The coordinator's half of the mutual proof. */
export interface CoordinatorProof {
  readonly challenge: Challenge;
  readonly publicKey: string;
  readonly signature: string;
  /** The key that was pinned at the first join; null at the first join itself. */
  readonly pinnedKey: string | null;
}

/** Verifies the coordinator, before this side signs its own half. Throws a SwarmError `wrong_swarm` or `bad_signature`. */
export function verifyCoordinator({ challenge, publicKey, signature, pinnedKey }: CoordinatorProof): void {
  if (pinnedKey !== null && pinnedKey !== publicKey) {
    throw new SwarmError('wrong_swarm', 'The coordinator uses another key than at the first join.');
  }
  if (swarmIdOf(publicKey) !== challenge.swarmId) {
    throw new SwarmError('wrong_swarm', 'The coordinator claims a swarm that is not its own.');
  }
  if (!verifySignature({ purpose: 'challenge', value: challenge, signature, publicKey })) {
    throw new SwarmError('bad_signature', 'The coordinator could not authenticate.');
  }
}

function swarmIdOf(publicKey: string): string | null {
  try {
    return keyId('swm', publicKey);
  } catch {
    return null;
  }
}
