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
import { sameProof, localProof, randomKey } from '#node/keys/localProof.ts';

/** `refused`: another program answers on the port, or an engine with another secret. */
export type EngineLinkState = 'connecting' | 'open' | 'offline' | 'refused';

/** How to reach an engine on this machine. */
export interface EngineAddress {
  readonly port: number;
  /** `id.key` */
  readonly secret: string;
  /** Whether to reconnect after the connection was lost. */
  readonly reconnect: boolean;
}

interface TransportEvents {
  readonly onState: (state: EngineLinkState) => void;
  readonly onPush: (message: unknown) => void;
}

const proofTimeoutMs = 15_000;
const callTimeoutMs = 60_000;
const reconnectDelayMs = 1000;

/** The socket of the owner's programs to the engine. Both sides prove the secret on every connection. */
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

  /** Closes the connection permanently. */
  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  /** Sends a command and returns the unvalidated result. Rejects with a `SwarmError`. */
  async call(name: string, input: unknown): Promise<unknown> {
    if (this.#state !== 'open') throw new SwarmError('engine_not_running');
    return this.#ask(localCallEvent, { name, input }, callTimeoutMs);
  }

  #disconnected(reason: string): void {
    if (this.#state === 'refused') return;
    this.#become('offline');
    // Socket.IO reconnects by itself, except after a deliberate disconnect by the server.
    if (reason === 'io server disconnect' && this.#address.reconnect) setTimeout(() => this.open(), reconnectDelayMs);
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

  /** Returns false when the other side cannot prove the secret; it then gets no proof from us either. */
  async #exchangeProofs(): Promise<boolean> {
    const [secretId = '', key = ''] = this.#address.secret.split('.', 2);
    const client = randomKey();
    const answer = await this.#ask(localHelloEvent, { secretId, clientNonce: client }, proofTimeoutMs);
    const hello = LocalHelloReply.safeParse(answer);
    if (!hello.success) return false;
    const nonces = { client, server: hello.data.serverNonce };
    if (!sameProof(hello.data.proof, localProof('engine', key, nonces))) return false;
    const welcome = await this.#ask(localProveEvent, { proof: localProof('client', key, nonces) }, proofTimeoutMs);
    return LocalWelcome.safeParse(welcome).success;
  }

  #ask(event: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    return askEngine(this.#socket, event, payload, timeoutMs);
  }

  #become(state: EngineLinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.onState(state);
  }
}
