import { SwarmError, type WireError } from '#shared/domain/errorCodes.ts';
import { type Envelope, isTooDeep, type Reply } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import { toCoordinator } from '#shared/protocol/messages.ts';
import { parseAt, replyTo, schemasOf, serve, serveTable, type ServeTable } from '#shared/protocol/serve.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Admission, ProvenType } from '#coordinator/gateway/limits/createAdmission.ts';
import type { MessageHandlers } from './MessageHandlers.ts';
import { createNodeSession, type NodeSession } from './NodeSession.ts';
import type { OpenedSession } from '#coordinator/members/sessionProof.ts';
import type { SessionDoor } from './SessionDoor.ts';

/** Limits for unauthenticated links: this many messages other than the proof, or this many milliseconds without it, close the link. */
export const strangerLimits = { messages: 3, millis: 10_000 } as const;

export interface LinkNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly door: SessionDoor;
  /** The handlers for authenticated nodes; see `sessionTable`. */
  readonly table: ServeTable<NodeSession>;
  /** Counts and audits refused messages. */
  readonly onRefused: (refusal: { type: string; code: string; who: string; address: string }) => void;
  readonly admission: Admission;
}

interface LinkState {
  strikes: number;
  opens: number;
  closed: boolean;
  opened: OpenedSession | null;
  session: NodeSession | null;
}

/** The messages that an authenticated node may send, with their schemas and handlers. */
export function sessionTable(handlers: MessageHandlers): ServeTable<NodeSession> {
  const { 'session:open': _open, 'session:prove': _prove, ...proven } = toCoordinator;
  return serveTable(schemasOf(proven, 'payload'), handlers, 'payload');
}

/** Serves one link until it closes. Never throws: every message gets an acknowledgement. */
export function serveLink(link: Link, needs: LinkNeeds): void {
  const state: LinkState = { strikes: 0, opens: 0, closed: false, opened: null, session: null };
  const patience = needs.clock.setTimer(strangerLimits.millis, () => {
    if (state.session === null) link.close('no proof in time');
  });
  link.onClose((reason) => {
    state.closed = true;
    patience.cancel();
    if (state.session !== null) needs.door.leave(state.session, reason);
  });
  link.onMessage(
    (envelope): Promise<Reply> =>
      replyTo(
        () => receive(link, state, needs, envelope),
        (error, thrown) => refused(link, state, needs, { type: envelope.type, error, thrown }),
      ),
    ({ code }) => {
      state.strikes += 1;
      noteRefused(link, state, needs, { type: '', code });
    },
  );
}

async function receive(link: Link, state: LinkState, needs: LinkNeeds, envelope: Envelope): Promise<unknown> {
  if (isTooDeep(envelope.payload)) {
    throw new SwarmError('invalid_message', 'payload: nested deeper than allowed', { field: 'payload' });
  }
  if (envelope.type === 'session:open') return openSession(state, needs, envelope.payload);
  if (envelope.type === 'session:prove') return proveSession(link, state, needs, envelope.payload);
  const { session } = state;
  if (session === null) {
    state.strikes += 1;
    throw new SwarmError('unauthenticated');
  }
  if (isProvenType(envelope.type)) needs.admission.admit(session, envelope.type);
  return serve(needs.table, envelope, session);
}

function isProvenType(type: string): type is ProvenType {
  return Object.hasOwn(toCoordinator, type);
}

function openSession(state: LinkState, needs: LinkNeeds, payload: unknown): unknown {
  refuseSecondProof(state);
  // Each opening costs a signature, so an unauthenticated link gets only a few.
  state.opens += 1;
  if (state.opens > strangerLimits.messages) {
    state.strikes = strangerLimits.messages;
    throw new SwarmError('rate_limited');
  }
  state.strikes += 1;
  const opened = needs.door.open(parseAt(toCoordinator['session:open'].payload, payload, 'payload'));
  state.opened = opened;
  state.strikes -= 1;
  return opened.offer;
}

function refuseSecondProof({ session }: LinkState): void {
  if (session !== null) throw new SwarmError('conflict', 'This link is already authenticated.');
}

async function proveSession(link: Link, state: LinkState, needs: LinkNeeds, payload: unknown): Promise<unknown> {
  const { opened } = state;
  // A challenge is valid for one attempt.
  state.opened = null;
  if (opened === null) {
    state.strikes += 1;
    throw new SwarmError('unauthenticated', 'Open a session first.');
  }
  const proof = parseAt(toCoordinator['session:prove'].payload, payload, 'payload');
  const who = await opened.prove(proof);
  if (state.closed) throw new SwarmError('not_connected');
  // Another proof may have succeeded meanwhile, and only the last session would leave when the link closes.
  refuseSecondProof(state);
  const session = createNodeSession(link, who, () => state.closed);
  state.session = session;
  return needs.door.admit(session, proof);
}

function refused(
  link: Link,
  state: LinkState,
  needs: LinkNeeds,
  { type, error, thrown }: { readonly type: string; readonly error: WireError; readonly thrown: unknown },
): void {
  if (error.code === 'internal') {
    needs.logger.error('A message could not be handled', { type, error: String(thrown) });
  }
  noteRefused(link, state, needs, { type: type.slice(0, 64), code: error.code });
}

/** Counts refused messages, and closes the link of a sender that continues to send them. */
function noteRefused(link: Link, state: LinkState, needs: LinkNeeds, { type, code }: { type: string; code: string }) {
  const { session } = state;
  needs.onRefused({ type, code, who: session?.nodeId ?? '', address: link.remoteAddress });
  const isTooMuch =
    session === null
      ? state.strikes >= strangerLimits.messages || closesAtOnce(code)
      : // A node that backs off when told to wait stays; unknown and malformed messages are nothing to wait for.
        !needs.admission.fruitless(session) && (type === '' || code === 'unsupported');
  // After the acknowledgement has left.
  if (isTooMuch) needs.clock.setTimer(50, () => link.close(code));
}

/** A failed proof ends the link: the next attempt needs a new link, which counts towards the limit of the address. */
function closesAtOnce(code: string): boolean {
  return code === 'bad_signature' || code === 'wrong_swarm' || code === 'not_enrolled';
}
