import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { fromZodError, type WireError } from '#shared/domain/errorCodes.ts';
import { Envelope, isTooDeep, protocolVersion, Reply, wireEvent, wireLimits } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';

export interface SocketTransportOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Address of the other side: the peer's, or the forwarded one behind a trusted proxy. */
  readonly addressOf: (peer: string, forwarded: string | undefined) => string;
  /** False refuses a connection before anything is read from it. */
  readonly allow: (address: string) => Promise<boolean>;
  readonly accept: (link: Link) => void;
}

/** Attaches Socket.IO to a listening HTTP server; each connection becomes a `Link`. */
export function attachSockets(server: HttpServer, options: SocketTransportOptions): { close(): void } {
  const io = new Server(server, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: wireLimits.messageBytes,
    // Dead peers are noticed by leases and beats; these pings only keep proxies from closing quiet links.
    pingInterval: 25_000,
    pingTimeout: 20_000,
    allowRequest: (request, decide) => {
      const forwarded = request.headers['x-forwarded-for'];
      const address = options.addressOf(request.socket.remoteAddress ?? '', String(forwarded ?? '') || undefined);
      options.allow(address).then(
        (allowed) => decide(null, allowed),
        () => decide('The coordinator cannot serve this now.', false),
      );
    },
  });
  io.on('connection', (socket) => {
    options.accept(socketLink(socket, options));
    // The upgrade request is not needed any more; keeping it costs memory for each idle node.
    Object.assign(socket.conn, { request: null });
  });
  return {
    close() {
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

type Acknowledge = (reply: Reply) => void;

function socketLink(socket: Socket, options: SocketTransportOptions): Link {
  const forwarded = socket.handshake.headers['x-forwarded-for'];
  const remoteAddress = options.addressOf(socket.handshake.address, String(forwarded ?? '') || undefined);
  const seal = (type: string, payload: unknown, trace?: string): Envelope => ({
    v: protocolVersion,
    id: options.newId(),
    type,
    ts: options.clock.now(),
    ...(trace === undefined ? {} : { trace }),
    payload,
  });
  return {
    remoteAddress,
    notify: (type, payload) => void socket.emit(wireEvent, seal(type, payload)),
    request: (type, payload, how = {}) => sendAndWait(socket, seal(type, payload, how.trace), how.timeoutMs ?? 10_000),
    onMessage: (receive) => listen(socket, receive),
    onClose: (closed) => void socket.once('disconnect', (reason) => closed(reason)),
    close: () => void socket.disconnect(true),
  };
}

function sendAndWait(socket: Socket, envelope: Envelope, timeoutMs: number): Promise<Reply> {
  if (!socket.connected) return Promise.resolve(failed({ code: 'not_connected', message: 'The link is closed.' }));
  return new Promise((resolve) => {
    socket.timeout(timeoutMs).emit(wireEvent, envelope, (error: Error | null, reply: unknown) => {
      if (error !== null) {
        resolve(failed({ code: 'timeout', message: 'There was no answer in time.' }));
        return;
      }
      const parsed = Reply.safeParse(reply);
      resolve(parsed.success ? parsed.data : failed(fromZodError(parsed.error)));
    });
  });
}

function listen(socket: Socket, receive: (envelope: Envelope) => Promise<Reply>): void {
  socket.onAny((event: string, raw: unknown, acknowledge: unknown) => {
    const answer = isFunction(acknowledge) ? acknowledge : () => undefined;
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
  if (!envelope.success) {
    const versionWrong = envelope.error.issues[0]?.path[0] === 'v';
    const error = fromZodError(envelope.error);
    return failed(versionWrong ? { ...error, code: 'unsupported_version' } : error);
  }
  return receive(envelope.data);
}

function isFunction(value: unknown): value is Acknowledge {
  return typeof value === 'function';
}

function failed(error: WireError): Reply {
  return { ok: false, error };
}
