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

/** `locked`: the engine is there, but knows none of this window's secrets; only a new address helps. */
export type LinkState = 'connecting' | 'open' | 'offline' | 'locked' | 'impostor';

interface TransportEvents {
  readonly onState: (state: LinkState) => void;
  readonly onPush: (message: unknown) => void;
}

/** Answers that mean "this secret is not good here"; anything else may pass. */
const refusals: readonly ErrorCode[] = ['unauthenticated', 'secret_wrong', 'forbidden', 'not_found', 'bad_signature'];
const answerWithinMs = 15_000;
/** Long answers (a big ledger, a quote over a slow coordinator) are allowed this much. */
const callWithinMs = 60_000;

/** The socket to the engine: WebSocket only, proved anew on every connection, reconnecting by itself. */
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
    this.#socket.on('connect', () => void this.#prove());
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

  /** Tries now instead of at the end of the pause between two tries. */
  retry(): void {
    this.#socket.disconnect().connect();
  }

  /** Sends a command and gives its payload; rejects with a `SwarmError`. */
  async call(name: string, input: unknown): Promise<unknown> {
    if (this.#state !== 'open') throw new SwarmError('engine_not_running', 'The engine is not responding.');
    return this.#ask(localCallEvent, { name, input }, callWithinMs);
  }

  #disconnected(reason: string): void {
    this.#become(this.#state === 'locked' ? 'locked' : 'offline');
    // Socket.IO comes back by itself, except when the engine closed the connection.
    if (reason === 'io server disconnect' && this.#state !== 'locked') setTimeout(() => this.open(), 1000);
  }

  async #prove(): Promise<void> {
    for (const secret of this.#access.secrets()) {
      const outcome = await this.#proveWith(secret);
      if (outcome === 'refused') this.#access.forget(secret);
      if (!this.#socket.connected) return;
      if (outcome === 'offline') return this.retry();
      if (outcome !== 'refused') return this.#become(outcome);
    }
    this.#become('locked');
  }

  async #proveWith(secret: string): Promise<'open' | 'refused' | 'offline' | 'impostor'> {
    const [secretId = '', key = ''] = secret.split('.', 2);
    const client = newNonce();
    try {
      const hello = LocalHelloReply.parse(
        await this.#ask(localHelloEvent, { secretId, clientNonce: client }, answerWithinMs),
      );
      const nonces = { client, server: hello.serverNonce };
      // The engine proves itself first: a program that only squats on the port gets no proof from us.
      if (!sameProof(hello.proof, await proofOf('engine', key, nonces))) return 'impostor';
      const proof = await proofOf('client', key, nonces);
      const welcome = LocalWelcome.parse(await this.#ask(localProveEvent, { proof }, answerWithinMs));
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
