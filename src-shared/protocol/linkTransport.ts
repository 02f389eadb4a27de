import { fromZodError, type WireError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { Envelope, isTooDeep, protocolVersion, Reply, wireEvent, wireLimits } from './envelope.ts';
import type { Link } from './link.ts';

/** What a link needs of a Socket.IO socket; those of the client and of the server both have it. */
export interface WireSocket {
  readonly connected: boolean;
  emit(event: string, message: unknown): unknown;
  timeout(milliseconds: number): {
    emit(event: string, message: unknown, acknowledge: (error: Error | null, reply: unknown) => void): unknown;
  };
  onAny(listener: (event: string, message: unknown, acknowledge: unknown) => void): unknown;
  once(event: 'disconnect', listener: (reason: string) => void): unknown;
  /** The server's socket closes the connection below with `true`; the client's always does. */
  disconnect(close?: boolean): unknown;
}

export interface SocketLinkOptions {
  readonly remoteAddress: string;
  readonly clock: Clock;
  /** Makes ids of messages. */
  readonly newId: () => string;
}

/** How long a request may wait for its acknowledgement when its sender does not say. */
const usualTimeoutMs = 10_000;

/** A connected Socket.IO socket as a `Link`; the same on both ends of the wire. */
export function socketLink(socket: WireSocket, { remoteAddress, clock, newId }: SocketLinkOptions): Link {
  const seal = (type: string, payload: unknown, trace?: string): Envelope => ({
    v: protocolVersion,
    id: newId(),
    type,
    ts: clock.now(),
    ...(trace === undefined ? {} : { trace }),
    payload,
  });
  return {
    remoteAddress,
    notify: (type, payload) => void socket.emit(wireEvent, seal(type, payload)),
    request: (type, payload, how = {}) =>
      sendAndWait(socket, seal(type, payload, how.trace), how.timeoutMs ?? usualTimeoutMs),
    onMessage: (receive, refused = () => undefined) => listen(socket, receive, refused),
    onClose: (closed) => {
      if (socket.connected) socket.once('disconnect', closed);
      else closed('closed');
    },
    close: () => void socket.disconnect(true),
  };
}

function sendAndWait(socket: WireSocket, envelope: Envelope, timeoutMs: number): Promise<Reply> {
  if (!socket.connected) return Promise.resolve(failed({ code: 'not_connected', message: 'The link is closed.' }));
  return new Promise((resolve) => {
    socket.timeout(timeoutMs).emit(wireEvent, envelope, (error, reply) => {
      if (error !== null) {
        const code = socket.connected ? 'timeout' : 'not_connected';
        resolve(failed({ code, message: 'There was no answer in time.' }));
        return;
      }
      const parsed = Reply.safeParse(reply);
      resolve(parsed.success ? parsed.data : failed(fromZodError(parsed.error)));
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

const notAMessage: WireError = { code: 'unsupported', message: 'Only messages are known here.', field: 'event' };

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
