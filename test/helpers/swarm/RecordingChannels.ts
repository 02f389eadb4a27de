import type { NodeAnswer, NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import type { PayloadFor, ToNode } from '#shared/protocol/messages.ts';

type MessageType = keyof ToNode;

/** What a node answers to each type of request. */
export type Answers = {
  readonly [K in MessageType]?: (
    payload: PayloadFor<ToNode, K>,
    nodeId: string,
  ) => NodeAnswer<K> | Promise<NodeAnswer<K>>;
};

/** FAKE network: notes what is sent to nodes. A request that nobody answers times out at once. */
export class RecordingChannels implements NodeChannels {
  readonly sent: { readonly nodeId: string; readonly type: MessageType; readonly payload: unknown }[] = [];
  readonly closed: { readonly nodeId: string; readonly reason: string }[] = [];
  answers: Answers;

  constructor(answers: Answers = {}) {
    this.answers = answers;
  }

  readonly request = async <K extends MessageType>(
    nodeId: string,
    type: K,
    payload: PayloadFor<ToNode, K>,
  ): Promise<NodeAnswer<K>> => {
    this.sent.push({ nodeId, type, payload });
    const answer: Answers[K] = this.answers[type];
    return answer === undefined ? { ok: false, code: 'timeout' } : answer(payload, nodeId);
  };

  readonly notify = <K extends MessageType>(nodeId: string, type: K, payload: PayloadFor<ToNode, K>): void => {
    this.sent.push({ nodeId, type, payload });
  };

  close(nodeId: string, reason: string): void {
    this.closed.push({ nodeId, reason });
  }

  /** Payloads of one type, in the order in which they were sent. */
  sentOf<K extends MessageType>(type: K): PayloadFor<ToNode, K>[] {
    return this.sent.flatMap((each) => (each.type === type ? [each.payload as PayloadFor<ToNode, K>] : []));
  }
}
