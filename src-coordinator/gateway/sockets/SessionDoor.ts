import type { PayloadOf, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import type { OpenedSession } from '#coordinator/members/sessionProof.ts';
import type { NodeSession } from './NodeSession.ts';

/** How a link becomes a session. */
export interface SessionDoor {
  /** Throws a SwarmError for a foreign swarm, version or origin. */
  open(payload: PayloadOf<ToCoordinator, 'session:open'>): OpenedSession;
  /** Admits the authenticated node and closes a previous session of the same node. */
  admit(
    session: NodeSession,
    payload: PayloadOf<ToCoordinator, 'session:prove'>,
  ): Promise<ReplyOf<ToCoordinator, 'session:prove'>>;
  /** Ends a session whose link has closed. */
  leave(session: NodeSession, reason: string): void;
}
