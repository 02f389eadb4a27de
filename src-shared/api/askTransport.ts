import { SwarmError } from '#shared/domain/errorCodes.ts';
import { LocalReply } from './handshake.ts';

/** The part of a Socket.IO client that a request needs. */
export interface RequestSocket {
  readonly connected: boolean;
  timeout(milliseconds: number): { emitWithAck(event: string, payload: unknown): Promise<unknown> };
}

/**
 * Sends a request to the engine and resolves to the unparsed payload of its reply. Rejects with the engine's `SwarmError`, or with
 * `timeout`, `not_connected`, or `invalid_message` when the reply does not come from an engine.
 */
export async function askEngine(
  socket: RequestSocket,
  event: string,
  payload: unknown,
  withinMs: number,
): Promise<unknown> {
  const reply = LocalReply.safeParse(await answerOf(socket, event, payload, withinMs));
  if (!reply.success) throw new SwarmError('invalid_message', 'The program on this port is not Open Swarm.');
  if (reply.data.ok) return reply.data.payload;
  const { code, message, field, details } = reply.data.error;
  throw new SwarmError(code, message, {
    ...(field === undefined ? {} : { field }),
    ...(details === undefined ? {} : { details }),
  });
}

async function answerOf(socket: RequestSocket, event: string, payload: unknown, withinMs: number): Promise<unknown> {
  try {
    return await socket.timeout(withinMs).emitWithAck(event, payload);
  } catch (cause) {
    throw new SwarmError(socket.connected ? 'timeout' : 'not_connected', undefined, { cause });
  }
}
