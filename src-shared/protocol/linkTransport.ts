import { fromZodError, type WireError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { Envelope, isTooDeep, protocolVersion, Reply, wireEvent, wireLimits } from './envelope.ts';
import type { Link } from './link.ts';

/** The part of a Socket.IO socket that a link uses; client and server sockets both have it. */
export interface WireSocket {
  readonly connected: boolean;
  emit(event: string, message: unknown): unknown;
  timeout(milliseconds: number): {
    emit(event: string, message: unknown, acknowledge: (error: Error | null, reply: unknown) => void): unknown;
  };
  onAny(listener: (event: string, message: unknown, acknowledge: unknown) => void): unknown;
  once(event: 'disconnect', listener: (reason: string) => void): unknown;
  /** On the server `true` also closes the underlying connection; the client's socket always closes it. */
  disconnect(close?: boolean): unknown;
}

export interface SocketLinkOptions {
  readonly remoteAddress: string;
  readonly clock: Clock;
  /** Creates message ids. */
  readonly newId: () => string;
}

/** Time limit of a request unless its sender sets one. */
const defaultTimeoutMs = 10_000;

/** Wraps a connected Socket.IO socket as a `Link`, on the client and on the server. */
export function socketLink(socket: WireSocket, { remoteAddress, clock, newId }: SocketLinkOptions): Link {
  const seal = (type: string, payload: unknown, trace?: string): Envelope => ({
    v: protocolVersion,
    id: newId(),
    type,
    ts: clock.now(),
    ...(trace === undefined ? {} : { trace }),
    payload,
  });
  // Socket.IO's server keeps a request waiting for its whole time, also when the connection is gone.
  const waiting = new Set<() => void>();
  socket.once('disconnect', () => {
    for (const lose of waiting) lose();
  });
  return {
    remoteAddress,
    notify: (type, payload) => void socket.emit(wireEvent, seal(type, payload)),
    request: (type, payload, options = {}) =>
      sendAndWait({ socket, waiting }, seal(type, payload, options.trace), options.timeoutMs ?? defaultTimeoutMs),
    onMessage: (receive, refused = () => undefined) => listen(socket, receive, refused),
    onClose: (closed) => {
      if (socket.connected) socket.once('disconnect', closed);
      else closed('closed');
    },
    close: () => void socket.disconnect(true),
  };
}

interface Wire {
  readonly socket: WireSocket;
  /** Calls that end the requests under way, when the connection is gone. */
  readonly waiting: Set<() => void>;
}

const closedError: WireError = { code: 'not_connected', message: 'The link is closed.' };

function sendAndWait({ socket, waiting }: Wire, envelope: Envelope, timeoutMs: number): Promise<Reply> {
  if (!socket.connected) return Promise.resolve(failed(closedError));
  return new Promise((resolve) => {
    const lose = (): void => settle(failed(closedError));
    const settle = (reply: Reply): void => {
      waiting.delete(lose);
      resolve(reply);
    };
    waiting.add(lose);
    socket.timeout(timeoutMs).emit(wireEvent, envelope, (error, reply) => {
      if (error !== null) {
        if (socket.connected) settle(failed({ code: 'timeout', message: 'The request timed out.' }));
        else lose();
        return;
      }
      const parsed = Reply.safeParse(reply);
      settle(parsed.success ? parsed.data : failed(fromZodError(parsed.error)));
    });
  });
}

type Refused = (error: WireError) => void;

function listen(socket: WireSocket, receive: (envelope: Envelope) => Promise<Reply>, refused: Refused): void {
  socket.onAny((event, raw, acknowledge) => {
    const answer = isFunction(acknowledge) ? acknowledge : (): void => undefined;
    const read = event === wireEvent ? readEnvelope(raw) : failed(notAMessage);
    if ('ok' in read) {
      refused(read.error);
      answer(read);
    } else void receive(read).then(answer);
  });
}

const notAMessage: WireError = {
  code: 'unsupported',
  message: 'Only the event `message` is supported.',
  field: 'event',
};

function readEnvelope(raw: unknown): Envelope | Failure {
  if (isTooDeep(raw, wireLimits.jsonDepth + 1)) {
    return failed({ code: 'invalid_message', message: 'payload: nested deeper than allowed', field: 'payload' });
  }
  const envelope = Envelope.safeParse(raw);
  if (envelope.success) return envelope.data;
  const error = fromZodError(envelope.error);
  return failed(envelope.error.issues[0]?.path[0] === 'v' ? { ...error, code: 'unsupported_version' } : error);
}

function isFunction(value: unknown): value is (reply: Reply) => void {
  return typeof value === 'function';
}

type Failure = Extract<Reply, { ok: false }>;

function failed(error: WireError): Failure {
  return { ok: false, error };
}
