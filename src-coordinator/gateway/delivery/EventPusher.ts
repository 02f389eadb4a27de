import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';

/** Events in one message, how long a node may take to store them, and when they are sent again if it did not. */
const batch = { events: 100, timeoutMs: 10_000, againMs: 1000 } as const;

interface Stream {
  readonly session: NodeSession;
  cursor: number;
  busy: boolean;
  again: boolean;
}

/** Pushes durable events to connected nodes, in order, one batch at a time; what is not acknowledged waits in the store. */
export class EventPusher {
  readonly #store: Pick<CoordinatorStore, 'events' | 'acknowledgeEvents'>;
  readonly #clock: Clock;
  readonly #streams = new Map<string, Stream>();

  constructor(store: Pick<CoordinatorStore, 'events' | 'acknowledgeEvents'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A node is there and has everything up to `cursor`. */
  start(session: NodeSession, cursor: number): void {
    this.#streams.set(session.nodeId, { session, cursor, busy: false, again: false });
    if (cursor > 0) this.#store.acknowledgeEvents(session.nodeId, cursor);
    this.wake(session.nodeId);
  }

  stop(session: NodeSession): void {
    if (this.#streams.get(session.nodeId)?.session === session) this.#streams.delete(session.nodeId);
  }

  /** There may be new events for this node. */
  wake(nodeId: string): void {
    const stream = this.#streams.get(nodeId);
    if (stream === undefined) return;
    if (stream.busy) {
      stream.again = true;
      return;
    }
    stream.busy = true;
    this.#run(stream).catch(() => {
      // The store could not be read: what waits there is pushed later.
      stream.busy = false;
      this.#clock.setTimer(batch.againMs, () => this.wake(nodeId));
    });
  }

  async #run(stream: Stream): Promise<void> {
    do {
      stream.again = false;
      while (await this.#pushBatch(stream));
    } while (stream.again && this.#isCurrent(stream));
    stream.busy = false;
  }

  /** True when there may be more. */
  async #pushBatch(stream: Stream): Promise<boolean> {
    const { session } = stream;
    if (!this.#isCurrent(stream)) return false;
    const events = this.#store.events(session.nodeId, stream.cursor, batch.events);
    const last = events.at(-1);
    if (last === undefined) return false;
    const answer = await session.request('events', { events: [...events] }, batch.timeoutMs);
    if (!this.#isCurrent(stream)) return false;
    const acknowledged = answer.ok ? Math.min(answer.payload.cursor, last.seq) : 0;
    if (acknowledged <= stream.cursor) {
      // The node did not say that it has them: it is told again, also when nothing new happens.
      this.#clock.setTimer(batch.againMs, () => this.wake(session.nodeId));
      return false;
    }
    stream.cursor = acknowledged;
    this.#store.acknowledgeEvents(session.nodeId, acknowledged);
    return true;
  }

  #isCurrent(stream: Stream): boolean {
    return this.#streams.get(stream.session.nodeId) === stream && !stream.session.isClosed();
  }
}
