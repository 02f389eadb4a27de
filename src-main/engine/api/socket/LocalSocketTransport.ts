import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import {
  localCallEvent,
  localHelloEvent,
  localProveEvent,
  localPushEvent,
  type LocalReply,
} from '#shared/api/handshake.ts';
import type { ErrorCode } from '#shared/domain/errorCodes.ts';
import { replyTo } from '#shared/protocol/serve.ts';
import { checkAddress } from './addressRules.ts';
import { FailedProofs } from './FailedProofs.ts';
import type { LocalApiParts } from '#engine/api/LocalApi.ts';
import { LocalConnection } from './LocalConnection.ts';
import type { LocalSecrets } from './LocalSecrets.ts';
import { ProofStep } from './ProofStep.ts';

const limits = { messageBytes: 2 * 1024 * 1024, connections: 128, proveWithinMs: 20_000 } as const;

type Serve = (payload: unknown) => Promise<unknown>;

/** Socket.IO on the loopback server: WebSocket only, nothing before the proof. The only place here that sends. */
export class LocalSocketTransport {
  readonly #io: Server;
  readonly #parts: LocalApiParts;
  readonly #secrets: LocalSecrets;
  readonly #failed: FailedProofs;
  #open = 0;

  constructor(server: HttpServer, parts: LocalApiParts, secrets: LocalSecrets) {
    this.#parts = parts;
    this.#secrets = secrets;
    this.#failed = new FailedProofs(parts.clock);
    this.#io = new Server(server, {
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: limits.messageBytes,
      perMessageDeflate: false,
      allowRequest: (request, decide) => {
        const port = request.socket.localPort ?? 0;
        const problem = checkAddress(request.headers, port);
        if (problem !== undefined) parts.logger.warn('Refused a connection.', { problem });
        decide(problem, problem === undefined);
      },
    });
    this.#io.on('connection', (socket) => this.#accept(socket));
  }

  async close(): Promise<void> {
    await this.#io.close();
  }

  #accept(socket: Socket): void {
    if (this.#open >= limits.connections) return void socket.disconnect(true);
    this.#open += 1;
    const { transport } = socket.conn;
    const connection = new LocalConnection(this.#parts, new ProofStep(this.#secrets, this.#failed), {
      send: (event) => void socket.emit(localPushEvent, event),
      isReady: () => transport.writable,
    });
    transport.on('ready', () => {
      if (transport.writable) connection.flush();
    });
    const limit = this.#parts.clock.setTimer(limits.proveWithinMs, () => {
      if (!connection.proven) socket.disconnect(true);
    });
    // Too many failed proofs end the connection; a rate limit of the coordinator is only an answer.
    const disconnectOnLimit = (code: ErrorCode): void => {
      if (code === 'rate_limited') socket.disconnect(true);
    };
    this.#answerTo(socket, localHelloEvent, async (payload) => connection.hello(payload), disconnectOnLimit);
    this.#answerTo(socket, localProveEvent, async (payload) => connection.prove(payload), disconnectOnLimit);
    this.#answerTo(socket, localCallEvent, (payload) => connection.call(payload));
    socket.on('disconnect', () => {
      this.#open -= 1;
      limit.cancel();
      connection.close();
    });
  }

  #answerTo(socket: Socket, event: string, serve: Serve, onFailure?: (code: ErrorCode) => void): void {
    socket.on(event, (payload: unknown, answer: unknown) => {
      void this.#reply(serve, payload).then((reply) => {
        // A client that wants no reply passes no function.
        if (isAnswer(answer)) answer(reply);
        if (!reply.ok) onFailure?.(reply.error.code);
      });
    });
  }

  #reply(serve: Serve, payload: unknown): Promise<LocalReply> {
    return replyTo(
      () => serve(payload),
      ({ code }, thrown) => {
        if (code === 'internal') this.#parts.logger.error('A command failed.', { error: describe(thrown) });
      },
    );
  }
}

function isAnswer(value: unknown): value is (reply: LocalReply) => void {
  return typeof value === 'function';
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : 'not an Error';
}
