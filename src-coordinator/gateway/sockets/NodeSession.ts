import type { Link } from '#shared/protocol/link.ts';
import type { NodeAnswer } from '#coordinator/swarm/nodes/NodeChannels.ts';
import { type PayloadFor, type ReplyOf, type ToNode, toNode } from '#shared/protocol/messages.ts';

/** An authenticated link: the node at the other end has proven that it holds the key of `nodeId`. */
export interface NodeSession {
  readonly nodeId: string;
  readonly accountId: string;
  readonly remoteAddress: string;
  /** Sends a request and waits at most `timeoutMs` for the reply, which is parsed. Never rejects. */
  request<K extends keyof ToNode>(type: K, payload: PayloadFor<ToNode, K>, timeoutMs: number): Promise<NodeAnswer<K>>;
  notify<K extends keyof ToNode>(type: K, payload: PayloadFor<ToNode, K>): void;
  close(reason: string): void;
  readonly isClosed: () => boolean;
}

/** Wraps a link whose node has been authenticated. */
export function createNodeSession(
  link: Link,
  who: { readonly nodeId: string; readonly accountId: string },
  isClosed: () => boolean,
): NodeSession {
  return {
    ...who,
    remoteAddress: link.remoteAddress,
    isClosed,
    async request(type, payload, timeoutMs) {
      const reply = await link.request(type, payload, { timeoutMs });
      if (!reply.ok) return { ok: false, code: reply.error.code };
      return parseAnswer(type, reply.payload);
    },
    notify: (type, payload) => link.notify(type, payload),
    close: (reason) => link.close(reason),
  };
}

function parseAnswer<K extends keyof ToNode>(type: K, payload: unknown): NodeAnswer<K> {
  const parsed = toNode[type].reply.safeParse(payload);
  // The table pairs each type with its reply; the compiler cannot follow the index.
  return parsed.success
    ? { ok: true, payload: parsed.data as ReplyOf<ToNode, K> }
    : { ok: false, code: 'invalid_message' };
}
