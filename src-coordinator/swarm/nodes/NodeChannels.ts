import type { ErrorCode } from '#shared/domain/errorCodes.ts';
import type { PayloadFor, ReplyOf, ToNode } from '#shared/protocol/messages.ts';

/** The answer of a node, or why there is none. */
export type NodeAnswer<K extends keyof ToNode> =
  | { readonly ok: true; readonly payload: ReplyOf<ToNode, K> }
  | { readonly ok: false; readonly code: ErrorCode };

/**
 * The way to connected nodes. Swarm code knows node ids and never sockets, so a node may be connected to another process.
 * Nothing here throws or rejects: a node that is not connected answers `not_connected`.
 */
export interface NodeChannels {
  /** Sends a message and waits at most `timeoutMs` for the parsed answer; `timeout` when none came. */
  request<K extends keyof ToNode>(
    nodeId: string,
    type: K,
    payload: PayloadFor<ToNode, K>,
    timeoutMs: number,
  ): Promise<NodeAnswer<K>>;
  /** Sends a message that needs no answer; lost when the node is not connected. */
  notify<K extends keyof ToNode>(nodeId: string, type: K, payload: PayloadFor<ToNode, K>): void;
  /** Ends the node's session; it may connect again. Not every transport tells it the reason. */
  close(nodeId: string, reason: string): void;
}
