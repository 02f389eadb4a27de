import type { PayloadOf, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { NodeSession } from './NodeSession.ts';

/** The first half of a proof: what was asked, and what the coordinator answered. */
export interface OpenedSession {
  readonly offer: ReplyOf<ToCoordinator, 'session:open'>;
  /** Checks the node's half. Throws a SwarmError when it is wrong. */
  prove(payload: PayloadOf<ToCoordinator, 'session:prove'>): Promise<{ nodeId: string; accountId: string }>;
}

/** How a link becomes a session. */
export interface SessionDoor {
  /** Throws a SwarmError for a foreign swarm, version or origin. */
  open(payload: PayloadOf<ToCoordinator, 'session:open'>): OpenedSession;
  /** Admits the proven node; a former session of the same node is closed. */
  admit(
    session: NodeSession,
    payload: PayloadOf<ToCoordinator, 'session:prove'>,
  ): Promise<ReplyOf<ToCoordinator, 'session:prove'>>;
  /** The session's link is gone. */
  leave(session: NodeSession, reason: string): void;
}
