import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { type Envelope, isTooDeep, type Reply } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import { type PayloadOf, type ToCoordinator, toCoordinator } from '#shared/protocol/messages.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Admission } from '#coordinator/gateway/limits/createAdmission.ts';
import type { MessageHandlers, ProvenType } from './MessageHandlers.ts';
import { createNodeSession, type NodeSession } from './NodeSession.ts';
import type { OpenedSession, SessionDoor } from './SessionDoor.ts';

/** The stated rule for strangers: this many messages other than the proof, or this long without it, close the link. */
export const strangerLimits = { messages: 3, millis: 10_000 } as const;

export interface LinkNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly door: SessionDoor;
  readonly handlers: MessageHandlers;
  /** Counts and audits what was refused. */
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
    async (envelope) => {
      try {
        return { ok: true, payload: await receive(link, state, needs, envelope) };
      } catch (error) {
        return refuse(link, state, needs, { envelope, error });
      }
    },
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
  if (!isProvenType(envelope.type)) {
    throw new SwarmError('unsupported', `This kind of message is not known here: ${envelope.type}`, { field: 'type' });
  }
  needs.admission.admit(session, envelope.type);
  return handle(envelope.type, session, needs.handlers, envelope.payload);
}

function isProvenType(type: string): type is ProvenType {
  return Object.hasOwn(toCoordinator, type);
}

async function handle<K extends ProvenType>(
  type: K,
  session: NodeSession,
  handlers: MessageHandlers,
  payload: unknown,
): Promise<unknown> {
  const handler: MessageHandlers[K] = handlers[type];
  // The table pairs each type with its payload; the compiler cannot follow the index.
  const parsed = parsePayload(type, payload) as PayloadOf<ToCoordinator, K>;
  return handler(session, parsed);
}

function parsePayload(type: keyof ToCoordinator, payload: unknown): unknown {
  const parsed = toCoordinator[type].payload.safeParse(payload);
  if (parsed.success) return parsed.data;
  const wire = toWireError(parsed.error);
  const field = wire.field === undefined ? 'payload' : `payload.${wire.field}`;
  throw new SwarmError('invalid_message', wire.message, { field });
}

function openSession(state: LinkState, needs: LinkNeeds, payload: unknown): unknown {
  if (state.session !== null) throw new SwarmError('conflict', 'This link is proven already.');
  // Each opening costs a signature: a stranger gets a few.
  state.opens += 1;
  if (state.opens > strangerLimits.messages) {
    state.strikes = strangerLimits.messages;
    throw new SwarmError('rate_limited');
  }
  state.strikes += 1;
  const opened = needs.door.open(parsePayload('session:open', payload) as PayloadOf<ToCoordinator, 'session:open'>);
  state.opened = opened;
  state.strikes -= 1;
  return opened.offer;
}

async function proveSession(link: Link, state: LinkState, needs: LinkNeeds, payload: unknown): Promise<unknown> {
  const { opened } = state;
  // A challenge is good once, whatever comes of it.
  state.opened = null;
  if (opened === null) {
    state.strikes += 1;
    throw new SwarmError('unauthenticated', 'Open a session first.');
  }
  const proof = parsePayload('session:prove', payload) as PayloadOf<ToCoordinator, 'session:prove'>;
  const who = await opened.prove(proof);
  if (state.closed) throw new SwarmError('not_connected');
  const session = createNodeSession(link, who, () => state.closed);
  state.session = session;
  return needs.door.admit(session, proof);
}

function refuse(
  link: Link,
  state: LinkState,
  needs: LinkNeeds,
  failure: { envelope: Envelope; error: unknown },
): Reply {
  const { envelope, error } = failure;
  const wire = toWireError(error);
  if (wire.code === 'internal') {
    needs.logger.error('A message could not be handled', { type: envelope.type, error: String(error) });
  }
  noteRefused(link, state, needs, { type: envelope.type.slice(0, 64), code: wire.code });
  return { ok: false, error: wire };
}

/** Counts what was refused, and closes the link of who goes on with it. */
function noteRefused(link: Link, state: LinkState, needs: LinkNeeds, { type, code }: { type: string; code: string }) {
  const { session } = state;
  needs.onRefused({ type, code, who: session?.nodeId ?? '', address: link.remoteAddress });
  const isTooMuch =
    session === null
      ? state.strikes >= strangerLimits.messages || closesAtOnce(code)
      : // Whoever is told to wait and does so stays; of what is no message there is nothing to wait for.
        !needs.admission.fruitless(session) && (type === '' || code === 'unsupported');
  // After the acknowledgement has left.
  if (isTooMuch) needs.clock.setTimer(50, () => link.close(code));
}

/** A failed proof ends the link: the next try needs a fresh one, which the address limit counts. */
function closesAtOnce(code: string): boolean {
  return code === 'bad_signature' || code === 'wrong_swarm' || code === 'not_enrolled';
}
