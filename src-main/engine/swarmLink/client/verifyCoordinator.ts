import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import { keyId, verifySignature } from '#node/keys.ts';

/** What the coordinator's half of a proof says. */
export interface CoordinatorProof {
  readonly challenge: Challenge;
  readonly publicKey: string;
  readonly signature: string;
  /** Key that was pinned at the first join; null at the first join itself. */
  readonly pinnedKey: string | null;
}

/** Throws a SwarmError `wrong_swarm` or `bad_signature`. After it returns, this side may sign its own half. */
export function verifyCoordinator({ challenge, publicKey, signature, pinnedKey }: CoordinatorProof): void {
  if (pinnedKey !== null && pinnedKey !== publicKey) {
    throw new SwarmError('wrong_swarm', 'The coordinator shows another key than at the first join.');
  }
  if (swarmIdOf(publicKey) !== challenge.swarmId) {
    throw new SwarmError('wrong_swarm', 'The coordinator names a swarm that is not its own.');
  }
  if (!verifySignature({ purpose: 'challenge', value: challenge, signature, publicKey })) {
    throw new SwarmError('bad_signature', 'The coordinator could not prove who it is.');
  }
}

function swarmIdOf(publicKey: string): string | null {
  try {
    return keyId('swm', publicKey);
  } catch {
    return null;
  }
}
