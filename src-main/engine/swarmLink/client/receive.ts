import { fromZodError, SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { type Envelope, isTooDeep, type Reply } from '#shared/protocol/envelope.ts';
import { type PayloadOf, type ReplyOf, type ToNode, toNode } from '#shared/protocol/messages.ts';
import type { Logger } from '#shared/util/logger.ts';

/** What this side does with each message of the coordinator. A thrown SwarmError becomes the error reply. */
export type IncomingHandlers = {
  [K in keyof ToNode]: (payload: PayloadOf<ToNode, K>) => Promise<ReplyOf<ToNode, K>> | ReplyOf<ToNode, K>;
};

/** Parses one message and answers it. Never rejects. */
export async function receive(envelope: Envelope, handlers: IncomingHandlers, logger: Logger): Promise<Reply> {
  try {
    if (isTooDeep(envelope.payload)) {
      throw new SwarmError('invalid_message', 'payload: nested deeper than allowed', { field: 'payload' });
    }
    if (!isKnown(envelope.type)) {
      throw new SwarmError('unsupported', `This kind of message is not known here: ${envelope.type}`, {
        field: 'type',
      });
    }
    return { ok: true, payload: await handle(envelope.type, envelope.payload, handlers) };
  } catch (error) {
    const wire = toWireError(error);
    logger.warn('A message of the coordinator was refused.', {
      type: envelope.type,
      code: wire.code,
      reason: wire.message,
    });
    return { ok: false, error: wire };
  }
}

function isKnown(type: string): type is keyof ToNode {
  return Object.hasOwn(toNode, type);
}

function handle<K extends keyof ToNode>(type: K, payload: unknown, handlers: IncomingHandlers): unknown {
  const parsed = toNode[type].payload.safeParse(payload);
  if (!parsed.success) {
    const { message, field } = fromZodError(parsed.error);
    throw new SwarmError('invalid_message', message, { field: field === undefined ? 'payload' : `payload.${field}` });
  }
  const handler: IncomingHandlers[K] = handlers[type];
  // The table pairs each type with its payload; the compiler cannot follow the index.
  return handler(parsed.data as PayloadOf<ToNode, K>);
}
