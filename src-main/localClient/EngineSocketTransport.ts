import { io, type Socket } from 'socket.io-client';
import { askEngine } from '#shared/api/askTransport.ts';
import {
  LocalHelloReply,
  LocalWelcome,
  localCallEvent,
  localHelloEvent,
  localProveEvent,
  localPushEvent,
} from '#shared/api/handshake.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { sameProof, localProof, randomKey } from '#node/localProof.ts';

/** `refused`: something answers on the port, but it is not our engine or does not know our secret. */
export type EngineLinkState = 'connecting' | 'open' | 'offline' | 'refused';

/** How to reach an engine on this machine. */
export interface EngineAddress {
  readonly port: number;
  /** `id.key` */
  readonly secret: string;
  /** Whether to come back by itself after the connection was lost. */
  readonly reconnect: boolean;
}

interface TransportEvents {
  readonly onState: (state: EngineLinkState) => void;
  readonly onPush: (message: unknown) => void;
}

const proveWithinMs = 15_000;
const callWithinMs = 60_000;
const reopenAfterMs = 1000;

/** The only place of the owner's programs that sends on a socket. Proves the secret anew on every connection. */
export class EngineSocketTransport {
  readonly #socket: Socket;
  readonly #address: EngineAddress;
  readonly #events: TransportEvents;
  #state: EngineLinkState = 'connecting';
  #closed = false;

  constructor(address: EngineAddress, events: TransportEvents) {
    this.#address = address;
    this.#events = events;
    this.#socket = io(`http://127.0.0.1:${address.port}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: address.reconnect,
      reconnectionDelay: 300,
      reconnectionDelayMax: 4000,
      autoConnect: false,
    });
    this.#socket.on('connect', () => void this.#prove());
    this.#socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.#socket.on('connect_error', () => this.#become('offline'));
    this.#socket.on(localPushEvent, (message: unknown) => {
      if (this.#state === 'open') events.onPush(message);
    });
  }

  open(): void {
    if (!this.#closed) this.#socket.connect();
  }

  /** For good: it does not open again. */
  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  /** Sends a command and gives its payload, still unparsed; rejects with a `SwarmError`. */
  async call(name: string, input: unknown): Promise<unknown> {
    if (this.#state !== 'open') throw new SwarmError('engine_not_running');
    return this.#ask(localCallEvent, { name, input }, callWithinMs);
  }

  #disconnected(reason: string): void {
    if (this.#state === 'refused') return;
    this.#become('offline');
    // Socket.IO comes back by itself, except when the other side closed the connection on purpose.
    if (reason === 'io server disconnect' && this.#address.reconnect) setTimeout(() => this.open(), reopenAfterMs);
  }

  async #prove(): Promise<void> {
    try {
      this.#become((await this.#exchangeProofs()) ? 'open' : 'refused');
    } catch (error) {
      const refused = error instanceof SwarmError && error.code !== 'timeout' && error.code !== 'not_connected';
      this.#become(refused ? 'refused' : 'offline');
    }
    if (this.#state !== 'open') this.#socket.close();
  }

  /** False when the other side is not our engine: a program that squats on the port gets no proof from us. */
  async #exchangeProofs(): Promise<boolean> {
    const [secretId = '', key = ''] = this.#address.secret.split('.', 2);
    const client = randomKey();
    const answer = await this.#ask(localHelloEvent, { secretId, clientNonce: client }, proveWithinMs);
    const hello = LocalHelloReply.safeParse(answer);
    if (!hello.success) return false;
    const nonces = { client, server: hello.data.serverNonce };
    if (!sameProof(hello.data.proof, localProof('engine', key, nonces))) return false;
    const welcome = await this.#ask(localProveEvent, { proof: localProof('client', key, nonces) }, proveWithinMs);
    return LocalWelcome.safeParse(welcome).success;
  }

  #ask(event: string, payload: unknown, withinMs: number): Promise<unknown> {
    return askEngine(this.#socket, event, payload, withinMs);
  }

  #become(state: EngineLinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.onState(state);
  }
}
