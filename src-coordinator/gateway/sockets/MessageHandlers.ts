import type { PayloadOf, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { ProvenType } from '#coordinator/gateway/limits/createAdmission.ts';
import type { NodeSession } from './NodeSession.ts';

/** A handler for each message of an authenticated node. A thrown SwarmError becomes the error reply. */
export type MessageHandlers = {
  readonly [K in ProvenType]: (
    payload: PayloadOf<ToCoordinator, K>,
    from: NodeSession,
  ) => Promise<ReplyOf<ToCoordinator, K>> | ReplyOf<ToCoordinator, K>;
};
