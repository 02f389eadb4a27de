import { io } from 'socket.io-client';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Link, LinkDialer } from '#shared/protocol/link.ts';
import { socketLink } from '#shared/protocol/linkTransport.ts';
import type { Clock } from '#shared/util/clock.ts';

export interface SocketIoDialerOptions {
  readonly clock: Clock;
  /** Creates message ids. */
  readonly newId: () => string;
}

/** Dials coordinators by Socket.IO, over WebSocket only. The caller reconnects. */
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
        resolve(socketLink(socket, { ...this.#options, remoteAddress: address }));
      });
    });
  }
}
