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
import { SwarmError, type ErrorCode } from '#shared/domain/errorCodes.ts';
import type { EngineAccess } from '#renderer/client/engineAccess.ts';
import { newNonce, proofOf, sameProof } from '#renderer/client/proof.ts';

/** `locked`: the engine accepts none of this window's secrets; only a new one-time URL helps. `impostor`: it failed its proof. */
export type LinkState = 'connecting' | 'open' | 'offline' | 'locked' | 'impostor';

interface TransportEvents {
  readonly onState: (state: LinkState) => void;
  readonly onPush: (message: unknown) => void;
}

/** Errors that mean "this secret is invalid here"; all others are temporary. */
const refusals: readonly ErrorCode[] = ['unauthenticated', 'secret_wrong', 'forbidden', 'not_found', 'bad_signature'];
const handshakeTimeoutMs = 15_000;
/** Allows for slow answers, such as a large ledger or a quote from a slow coordinator. */
const callTimeoutMs = 60_000;

/** The socket to the engine: WebSocket only, authenticated on every connection, reconnects automatically. */
export class EngineTransport {
  readonly #socket: Socket;
  readonly #access: EngineAccess;
  readonly #events: TransportEvents;
  #state: LinkState = 'connecting';

  constructor(access: EngineAccess, events: TransportEvents) {
    this.#access = access;
    this.#events = events;
    this.#socket = io(access.url, {
      transports: ['websocket'],
      reconnectionDelay: 300,
      reconnectionDelayMax: 4000,
      randomizationFactor: 0.3,
      autoConnect: false,
    });
    this.#socket.on('connect', () => void this.#authenticate());
    this.#socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.#socket.on('connect_error', () => this.#become('offline'));
    this.#socket.on(localPushEvent, (message: unknown) => {
      if (this.#state === 'open') events.onPush(message);
    });
  }

  open(): void {
    this.#socket.connect();
  }

  close(): void {
    this.#socket.close();
  }

  /** Reconnects now instead of after the backoff. */
  retry(): void {
    this.#socket.disconnect().connect();
  }

  /** Sends a command and resolves to its payload; rejects with a `SwarmError`. */
  async call(name: string, input: unknown): Promise<unknown> {
    if (this.#state !== 'open') throw new SwarmError('engine_not_running', 'The engine is not responding.');
    return this.#ask(localCallEvent, { name, input }, callTimeoutMs);
  }

  #disconnected(reason: string): void {
    this.#become(this.#state === 'locked' ? 'locked' : 'offline');
    // Socket.IO reconnects by itself, except when the engine closed the connection.
    if (reason === 'io server disconnect' && this.#state !== 'locked') setTimeout(() => this.open(), 1000);
  }

  async #authenticate(): Promise<void> {
    for (const secret of this.#access.secrets()) {
      const outcome = await this.#authenticateWith(secret);
      if (outcome === 'refused') this.#access.forget(secret);
      if (!this.#socket.connected) return;
      if (outcome === 'offline') return this.retry();
      if (outcome !== 'refused') return this.#become(outcome);
    }
    this.#become('locked');
  }

  async #authenticateWith(secret: string): Promise<'open' | 'refused' | 'offline' | 'impostor'> {
    const [secretId = '', key = ''] = secret.split('.', 2);
    const client = newNonce();
    try {
      const hello = LocalHelloReply.parse(
        await this.#ask(localHelloEvent, { secretId, clientNonce: client }, handshakeTimeoutMs),
      );
      const nonces = { client, server: hello.serverNonce };
      // The engine proves itself first, so that a program squatting on the port gets no proof from us.
      if (!sameProof(hello.proof, await proofOf('engine', key, nonces))) return 'impostor';
      const proof = await proofOf('client', key, nonces);
      const welcome = LocalWelcome.parse(await this.#ask(localProveEvent, { proof }, handshakeTimeoutMs));
      if (welcome.browserSecret !== null) this.#access.keep(welcome.browserSecret);
      return 'open';
    } catch (error) {
      return error instanceof SwarmError && refusals.includes(error.code) ? 'refused' : 'offline';
    }
  }

  #ask(event: string, payload: unknown, withinMs: number): Promise<unknown> {
    return askEngine(this.#socket, event, payload, withinMs);
  }

  #become(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.onState(state);
  }
}
