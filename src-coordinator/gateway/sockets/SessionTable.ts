import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import type { NodeSession } from './NodeSession.ts';

/** The sessions of nodes that are connected to this process, one for each node. */
export class SessionTable implements NodeChannels {
  readonly #sessions = new Map<string, NodeSession>();

  /** Makes this the current session of its node and closes a previous one. */
  attach(session: NodeSession): void {
    const former = this.#sessions.get(session.nodeId);
    this.#sessions.set(session.nodeId, session);
    if (former !== undefined && former !== session) former.close('replaced by a new session');
  }

  /** Removes a session whose link has closed. True if the node is no longer connected; false if another session replaced this one. */
  detach(session: NodeSession): boolean {
    return this.#sessions.get(session.nodeId) === session && this.#sessions.delete(session.nodeId);
  }

  readonly request: NodeChannels['request'] = async (nodeId, type, payload, timeoutMs) => {
    const session = this.#sessions.get(nodeId);
    return session === undefined ? { ok: false, code: 'not_connected' } : session.request(type, payload, timeoutMs);
  };

  readonly notify: NodeChannels['notify'] = (nodeId, type, payload) => {
    this.#sessions.get(nodeId)?.notify(type, payload);
  };

  close(nodeId: string, reason: string): void {
    this.#sessions.get(nodeId)?.close(reason);
  }

  closeAll(reason: string): void {
    for (const session of this.#sessions.values()) session.close(reason);
  }
}
