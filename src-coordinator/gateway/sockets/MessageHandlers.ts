import type { PayloadOf, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { NodeSession } from './NodeSession.ts';

/** Messages that only a proven link may send. */
export type ProvenType = Exclude<keyof ToCoordinator, 'session:open' | 'session:prove'>;

/** What the coordinator does with each message of a proven node. A thrown SwarmError becomes the error reply. */
export type MessageHandlers = {
  [K in ProvenType]: (
    from: NodeSession,
    payload: PayloadOf<ToCoordinator, K>,
  ) => Promise<ReplyOf<ToCoordinator, K>> | ReplyOf<ToCoordinator, K>;
};
