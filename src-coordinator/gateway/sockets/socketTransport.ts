import type { IncomingHttpHeaders, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import { socketLink } from '#shared/protocol/linkTransport.ts';
import type { Clock } from '#shared/util/clock.ts';

export interface SocketTransportOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Address of the other side: the peer's, or the forwarded one behind a trusted proxy. */
  readonly addressOf: (peer: string, forwarded: string | readonly string[] | undefined) => string;
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
    // Leases and heartbeats detect dead peers; these pings only keep proxies from closing idle links.
    pingInterval: 25_000,
    pingTimeout: 20_000,
    allowRequest: (request, decide) => {
      const address = remoteAddress(request.socket.remoteAddress ?? '', request.headers, options);
      options.allow(address).then(
        (allowed) => decide(null, allowed),
        () => decide('The coordinator cannot serve this now.', false),
      );
    },
  });
  io.on('connection', (socket) => {
    options.accept(linkOf(socket, options));
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

function linkOf(socket: Socket, options: SocketTransportOptions): Link {
  const { address, headers } = socket.handshake;
  return socketLink(socket, { ...options, remoteAddress: remoteAddress(address, headers, options) });
}

function remoteAddress(peer: string, headers: IncomingHttpHeaders, { addressOf }: SocketTransportOptions): string {
  return addressOf(peer, headers['x-forwarded-for']);
}
