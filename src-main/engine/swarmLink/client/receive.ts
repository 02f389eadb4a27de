import { type Envelope, type Reply } from '#shared/protocol/envelope.ts';
import { type PayloadOf, type ReplyOf, type ToNode, toNode } from '#shared/protocol/messages.ts';
import { replyTo, schemasOf, serve, serveTable, type ServeTable } from '#shared/protocol/serve.ts';
import type { Logger } from '#shared/util/logger.ts';

/** A handler for each message of the coordinator. A thrown SwarmError becomes the error reply. */
export type IncomingHandlers = {
  [K in keyof ToNode]: (payload: PayloadOf<ToNode, K>) => Promise<ReplyOf<ToNode, K>> | ReplyOf<ToNode, K>;
};

/** The messages that a node serves. */
export function incomingTable(handlers: IncomingHandlers): ServeTable {
  return serveTable(schemasOf(toNode, 'payload'), handlers, 'payload');
}

/** Serves one message of the coordinator and replies to it. Never rejects. */
export function receive(envelope: Envelope, table: ServeTable, logger: Logger): Promise<Reply> {
  const { type } = envelope;
  return replyTo(
    () => serve(table, envelope, undefined),
    ({ code, message }) => logger.warn('Refused a message of the coordinator.', { type, code, reason: message }),
  );
}
