import { type Cursors, nodeOfStream, nodeStream } from '#shared/protocol/streams.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { EventFeed } from '#coordinator/books/EventFeed.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';

/** Maximum number of events in one message, milliseconds that a node may take to acknowledge them, and the delay before a resend. */
const batch = { events: 100, timeoutMs: 10_000, retryMs: 1000 } as const;

interface PusherNeeds {
  readonly clock: Clock;
  readonly queries: Pick<Queries, 'events'>;
  readonly feed: Pick<EventFeed, 'acknowledgeEvents'>;
  readonly channels: Pick<NodeChannels, 'request'>;
}

interface Delivery {
  readonly nodeId: string;
  cursor: number;
  busy: boolean;
  again: boolean;
}

/** Pushes durable events to connected nodes, in order, one batch at a time; what is not acknowledged stays in the books. */
export class EventPusher {
  readonly #needs: PusherNeeds;
  readonly #deliveries = new Map<string, Delivery>();

  constructor(needs: PusherNeeds) {
    this.#needs = needs;
  }

  /** Starts delivery to a node that connected and has stored each stream up to its cursor. */
  start(nodeId: string, cursors: Cursors): void {
    // Cursors for the streams of other nodes are ignored.
    const cursor = cursors[nodeStream(nodeId)] ?? 0;
    this.#deliveries.set(nodeId, { nodeId, cursor, busy: false, again: false });
    if (cursor > 0) this.#needs.feed.acknowledgeEvents(nodeStream(nodeId), cursor);
    this.wake(nodeId);
  }

  stop(nodeId: string): void {
    this.#deliveries.delete(nodeId);
  }

  /** Pushes the new events of a stream, if its node is connected. */
  streamGrew(stream: string): void {
    const nodeId = nodeOfStream(stream);
    if (nodeId !== null) this.wake(nodeId);
  }

  /** Pushes new events to this node, if there are any. */
  wake(nodeId: string): void {
    const delivery = this.#deliveries.get(nodeId);
    if (delivery === undefined) return;
    if (delivery.busy) {
      delivery.again = true;
      return;
    }
    delivery.busy = true;
    this.#run(delivery).catch(() => {
      // The books could not be read; retried later.
      delivery.busy = false;
      this.#retryLater(nodeId);
    });
  }

  async #run(delivery: Delivery): Promise<void> {
    do {
      delivery.again = false;
      while (await this.#pushBatch(delivery));
    } while (delivery.again && this.#isCurrent(delivery));
    delivery.busy = false;
  }

  /** Pushes one batch; true when there may be more. */
  async #pushBatch(delivery: Delivery): Promise<boolean> {
    const { queries, feed, channels } = this.#needs;
    const { nodeId } = delivery;
    if (!this.#isCurrent(delivery)) return false;
    const stream = nodeStream(nodeId);
    const after = delivery.cursor;
    const events = await queries.events(stream, after, batch.events);
    const last = events.at(-1);
    if (last === undefined || !this.#isCurrent(delivery)) return false;
    const answer = await channels.request(nodeId, 'events', { stream, after, events: [...events] }, batch.timeoutMs);
    if (!this.#isCurrent(delivery)) return false;
    // A node that missed a batch replies with an earlier number, from which the next batch continues.
    if (answer.ok) delivery.cursor = Math.min(answer.payload.cursor, last.seq);
    if (delivery.cursor <= after) {
      // The node did not acknowledge the batch: it is resent even if no new event arrives.
      this.#retryLater(nodeId);
      return false;
    }
    feed.acknowledgeEvents(stream, delivery.cursor);
    return true;
  }

  #retryLater(nodeId: string): void {
    this.#needs.clock.setTimer(batch.retryMs, () => this.wake(nodeId));
  }

  /** False once the node has disconnected or reconnected. */
  #isCurrent(delivery: Delivery): boolean {
    return this.#deliveries.get(delivery.nodeId) === delivery;
  }
}
