import { base64urlnopad } from '@scure/base';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import { protocolVersion } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import type { Capabilities, SessionReady } from '#shared/protocol/session.ts';
import type { Cursors } from '#shared/protocol/streams.ts';
import type { Random } from '#shared/util/random.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { ask } from './ask.ts';
import { verifyCoordinator } from './verifyCoordinator.ts';

export interface SessionInput {
  readonly random: Random;
  readonly identity: Identity;
  readonly swarmId: string;
  readonly pinnedKey: string;
  /** The origin that was dialled. */
  readonly address: string;
  readonly capabilities: Capabilities;
  /** Last stored event by stream. */
  readonly cursors: Cursors;
  readonly holding: readonly string[];
  /** The coordinator has authenticated: from now on its messages are served. */
  readonly onVerified: () => void;
}

/** Authenticates both sides on a fresh link. Rejects with a SwarmError; the caller closes the link then. */
export async function openSession(link: Link, input: SessionInput): Promise<SessionReady> {
  const { identity, swarmId, address: origin } = input;
  const { accountId, nodeId } = identity;
  const clientNonce = base64urlnopad.encode(input.random.bytes(32));
  const offer = await ask(link, 'session:open', {
    versions: [protocolVersion],
    accountId,
    nodeId,
    clientNonce,
    origin,
  });
  if (!offer.ok) throw new SwarmError(offer.error.code, offer.error.message);
  const { serverNonce, expires, publicKey, signature } = offer.payload;
  if (offer.payload.version !== protocolVersion) throw new SwarmError('unsupported_version');
  if (offer.payload.swarmId !== swarmId) throw new SwarmError('wrong_swarm', 'Another swarm answers at this address.');
  const shared = { use: 'session', swarmId, origin, accountId, nodeId, clientNonce, serverNonce, expires } as const;
  verifyCoordinator({
    challenge: { role: 'coordinator', ...shared },
    publicKey,
    signature,
    pinnedKey: input.pinnedKey,
  });
  input.onVerified();
  const ready = await ask(link, 'session:prove', {
    certificate: identity.certificate,
    signature: identity.nodeKey.sign('challenge', { role: 'node', ...shared } satisfies Challenge),
    capabilities: input.capabilities,
    cursors: input.cursors,
    holding: [...input.holding].slice(0, 256),
  });
  if (!ready.ok) throw new SwarmError(ready.error.code, ready.error.message);
  return ready.payload;
}
