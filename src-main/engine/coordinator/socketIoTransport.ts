import { io, type Socket } from 'socket.io-client';
import { fromZodError, SwarmError, type WireError } from '#shared/domain/errorCodes.ts';
import { Envelope, isTooDeep, protocolVersion, Reply, wireEvent, wireLimits } from '#shared/protocol/envelope.ts';
import type { Link, LinkDialer } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';

export interface SocketIoDialerOptions {
  readonly clock: Clock;
  /** Makes ids of messages. */
  readonly newId: () => string;
}

/** How long a request may wait for its acknowledgement when its sender does not say. */
const usualTimeoutMs = 10_000;

/** Dials coordinators by Socket.IO, over WebSocket only. Reconnecting is the caller's business. */
export class SocketIoDialer implements LinkDialer {
  readonly #options: SocketIoDialerOptions;

  constructor(options: SocketIoDialerOptions) {
    this.#options = options;
  }

  dial(address: string, signal: AbortSignal): Promise<Link> {
    const socket = io(address, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: 10_000,
      perMessageDeflate: { threshold: Number.MAX_SAFE_INTEGER },
    });
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        socket.disconnect();
        reject(new SwarmError('not_connected', `The coordinator at ${address} does not answer (${reason}).`));
      };
      const abort = (): void => fail('stopped');
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      socket.once('connect_error', (error) => {
        signal.removeEventListener('abort', abort);
        fail(error.message);
      });
      socket.once('connect', () => {
        signal.removeEventListener('abort', abort);
        resolve(socketLink(socket, address, this.#options));
      });
    });
  }
}

function socketLink(socket: Socket, address: string, { clock, newId }: SocketIoDialerOptions): Link {
  const seal = (type: string, payload: unknown, trace?: string): Envelope => ({
    v: protocolVersion,
    id: newId(),
    type,
    ts: clock.now(),
    ...(trace === undefined ? {} : { trace }),
    payload,
  });
  return {
    remoteAddress: address,
    notify: (type, payload) => void socket.emit(wireEvent, seal(type, payload)),
    request: (type, payload, how = {}) =>
      sendAndWait(socket, seal(type, payload, how.trace), how.timeoutMs ?? usualTimeoutMs),
    onMessage: (receive) => listen(socket, receive),
    onClose: (closed) => {
      if (socket.connected) socket.once('disconnect', (reason) => closed(reason));
      else closed('closed');
    },
    close: () => void socket.disconnect(),
  };
}

function sendAndWait(socket: Socket, envelope: Envelope, timeoutMs: number): Promise<Reply> {
  if (!socket.connected) return Promise.resolve(failed({ code: 'not_connected', message: 'The link is closed.' }));
  return new Promise((resolve) => {
    socket.timeout(timeoutMs).emit(wireEvent, envelope, (error: Error | null, reply: unknown) => {
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

function listen(socket: Socket, receive: (envelope: Envelope) => Promise<Reply>): void {
  socket.onAny((event: string, raw: unknown, acknowledge: unknown) => {
    const answer = isFunction(acknowledge) ? acknowledge : (): void => undefined;
    if (event !== wireEvent) {
      answer(failed({ code: 'unsupported', message: 'Only messages are known here.', field: 'event' }));
      return;
    }
    void answerWith(raw, receive).then(answer);
  });
}

async function answerWith(raw: unknown, receive: (envelope: Envelope) => Promise<Reply>): Promise<Reply> {
  if (isTooDeep(raw, wireLimits.jsonDepth + 1)) {
    return failed({ code: 'invalid_message', message: 'payload: nested deeper than allowed', field: 'payload' });
  }
  const envelope = Envelope.safeParse(raw);
  return envelope.success ? receive(envelope.data) : failed(fromZodError(envelope.error));
}

function isFunction(value: unknown): value is (reply: Reply) => void {
  return typeof value === 'function';
}

function failed(error: WireError): Reply {
  return { ok: false, error };
}
