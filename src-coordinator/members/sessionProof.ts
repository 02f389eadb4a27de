import { base64urlnopad } from '@scure/base';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import { protocolVersion } from '#shared/protocol/envelope.ts';
import type { PayloadOf, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { type SigningKey, verifySignature } from '#node/keys/keys.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { checkCertificate } from './certificates.ts';
import { challengeLimits } from './PendingChallenges.ts';
import { isOwnOrigin } from './originRule.ts';
import type { SwarmIdentity } from './SwarmIdentity.ts';

/** A session whose coordinator has proved its key and whose node has not yet. */
export interface OpenedSession {
  readonly offer: ReplyOf<ToCoordinator, 'session:open'>;
  /** Checks the node's proof. Rejects with a SwarmError if it is wrong. */
  prove(payload: PayloadOf<ToCoordinator, 'session:prove'>): Promise<{ nodeId: string; accountId: string }>;
}

export interface SessionProofNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly queries: Pick<Queries, 'node'>;
  readonly swarmId: string;
  readonly swarmKey: SigningKey;
  readonly swarm: SwarmIdentity;
}

/** Opens a session: the coordinator signs first. Throws `unsupported_version` or `wrong_swarm`. */
export function openSession(
  needs: SessionProofNeeds,
  payload: PayloadOf<ToCoordinator, 'session:open'>,
): OpenedSession {
  if (!payload.versions.includes(protocolVersion)) {
    throw new SwarmError('unsupported_version', `This coordinator supports protocol version ${protocolVersion} only.`, {
      field: 'payload.versions',
    });
  }
  if (!isOwnOrigin(payload.origin, needs.swarm.ownAddresses())) {
    throw new SwarmError('wrong_swarm', 'payload.origin: not an address of this coordinator', {
      field: 'payload.origin',
    });
  }
  const challenge: Challenge = {
    role: 'coordinator',
    use: 'session',
    swarmId: needs.swarmId,
    origin: payload.origin,
    accountId: payload.accountId,
    nodeId: payload.nodeId,
    clientNonce: payload.clientNonce,
    serverNonce: base64urlnopad.encode(needs.random.bytes(32)),
    expires: needs.clock.now() + challengeLimits.millis,
  };
  const until = needs.clock.monotonic() + challengeLimits.millis;
  return {
    offer: {
      version: protocolVersion,
      swarmId: needs.swarmId,
      publicKey: needs.swarmKey.publicKey,
      serverNonce: challenge.serverNonce,
      expires: challenge.expires,
      signature: needs.swarmKey.sign('challenge', challenge),
    },
    prove: (proof) => proveSession(needs, { challenge, until }, proof),
  };
}

async function proveSession(
  needs: SessionProofNeeds,
  asked: { challenge: Challenge; until: number },
  proof: PayloadOf<ToCoordinator, 'session:prove'>,
): Promise<{ nodeId: string; accountId: string }> {
  const { challenge } = asked;
  if (needs.clock.monotonic() > asked.until) throw new SwarmError('challenge_expired');
  const { certificate } = proof;
  if (certificate.nodeId !== challenge.nodeId || certificate.accountId !== challenge.accountId) {
    throw new SwarmError('bad_signature', 'payload.certificate: belongs to another node', {
      field: 'payload.certificate',
    });
  }
  checkCertificate(certificate);
  const value: Challenge = { ...challenge, role: 'node' };
  const { signature } = proof;
  if (!verifySignature({ purpose: 'challenge', value, signature, publicKey: certificate.nodeKey })) {
    throw new SwarmError('bad_signature', 'payload.signature: does not match the challenge', {
      field: 'payload.signature',
    });
  }
  await checkEnrolled(needs, challenge);
  return { nodeId: challenge.nodeId, accountId: challenge.accountId };
}

async function checkEnrolled(
  { queries }: SessionProofNeeds,
  who: { nodeId: string; accountId: string },
): Promise<void> {
  const node = await queries.node(who.nodeId);
  if (node === undefined || node.accountId !== who.accountId) throw new SwarmError('not_enrolled');
  if (node.status === 'pending') throw new SwarmError('enrolment_pending');
  if (node.status !== 'approved') throw new SwarmError('enrolment_rejected');
}
