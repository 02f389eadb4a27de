import type { Clock } from '#shared/util/clock.ts';
import type { EventFeed } from '#coordinator/books/EventFeed.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';

/** Events in one message, milliseconds that a node may take to store them, and after which they are resent if it did not. */
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

  /** A node connected and has everything up to `cursor`. */
  start(nodeId: string, cursor: number): void {
    this.#deliveries.set(nodeId, { nodeId, cursor, busy: false, again: false });
    if (cursor > 0) this.#needs.feed.acknowledgeEvents(nodeId, cursor);
    this.wake(nodeId);
  }

  stop(nodeId: string): void {
    this.#deliveries.delete(nodeId);
  }

  /** There may be new events for this node. */
  wake(nodeId: string): void {
    const delivery = this.#deliveries.get(nodeId);
    if (delivery === undefined) return;
    if (delivery.busy) {
      delivery.again = true;
      return;
    }
    delivery.busy = true;
    this.#run(delivery).catch(() => {
      // The books could not be read: what is there is pushed later.
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

  /** True when there may be more. */
  async #pushBatch(delivery: Delivery): Promise<boolean> {
    const { queries, feed, channels } = this.#needs;
    const { nodeId } = delivery;
    if (!this.#isCurrent(delivery)) return false;
    const events = await queries.events(nodeId, delivery.cursor, batch.events);
    const last = events.at(-1);
    if (last === undefined || !this.#isCurrent(delivery)) return false;
    const answer = await channels.request(nodeId, 'events', { events: [...events] }, batch.timeoutMs);
    if (!this.#isCurrent(delivery)) return false;
    const acknowledged = answer.ok ? Math.min(answer.payload.cursor, last.seq) : 0;
    if (acknowledged <= delivery.cursor) {
      // The node did not acknowledge them: it is told again, also when nothing new happens.
      this.#retryLater(nodeId);
      return false;
    }
    delivery.cursor = acknowledged;
    feed.acknowledgeEvents(nodeId, acknowledged);
    return true;
  }

  #retryLater(nodeId: string): void {
    this.#needs.clock.setTimer(batch.retryMs, () => this.wake(nodeId));
  }

  /** False once the node is gone or has connected anew. */
  #isCurrent(delivery: Delivery): boolean {
    return this.#deliveries.get(delivery.nodeId) === delivery;
  }
}
