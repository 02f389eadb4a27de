import { assertNever } from '#shared/util/assertNever.ts';
import type { EventBatch, SwarmEvent } from '#shared/protocol/events.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { Logger } from '#shared/util/logger.ts';
import { verifyReceipt } from '#node/keys/receipt.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { SwarmRecord } from '#engine/store/SwarmStore.ts';

export interface EventReceiverOptions {
  readonly store: EngineStore;
  readonly logger: Logger;
  readonly swarm: () => SwarmRecord | null;
  readonly identity: () => { readonly accountId: string; readonly nodeId: string };
  /** Stores a view of one of this node's tasks inside the transaction. */
  readonly storeView: (swarmId: string, view: TaskView, text: string | null) => void;
  /** Called for each event once its transaction is committed. */
  readonly onEvent: (event: SwarmEvent) => void;
}

type Numbered = EventBatch['events'][number];

/** Receives durable events: each is stored exactly once, together with the cursor, before it is acknowledged. */
export class EventReceiver {
  readonly #options: EventReceiverOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: EventReceiverOptions) {
    this.#options = options;
  }

  /** Resolves with the number of the last stored event of the batch's stream. Batches are processed one at a time. */
  receive(batch: EventBatch): Promise<number> {
    const next = this.#turn.then(() => this.#process(batch));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #process({ stream, after, events }: EventBatch): Promise<number> {
    const { store, swarm, onEvent, identity, logger } = this.#options;
    const current = swarm();
    if (current === null) return 0;
    const { swarmId } = current;
    const { accountId, nodeId } = identity();
    const cursor = store.eventCursors.all(swarmId, nodeId)[stream] ?? 0;
    if (after > cursor) {
      // The coordinator continues from the number in the reply.
      logger.warn('Events are missing and were requested again.', { stream, cursor, after });
      return cursor;
    }
    const fresh = events.filter(({ seq }) => seq > cursor);
    const last = fresh.at(-1);
    if (last === undefined) return cursor;
    const checked = fresh.map((one) => ({ ...one, valid: isValid(one.event, current, accountId) }));
    await store.write(() => {
      for (const one of checked) this.#store(swarmId, one);
      store.eventCursors.save(swarmId, stream, last.seq);
    });
    for (const one of checked) onEvent(one.event);
    return last.seq;
  }

  #store(swarmId: string, { seq, at, event, valid }: Numbered & { valid: boolean }): void {
    const { store, storeView, logger } = this.#options;
    switch (event.type) {
      case 'task:updated':
        return storeView(swarmId, event.task, null);
      case 'task:completed':
        return storeView(swarmId, event.task, event.text);
      case 'earnings:credited': {
        const { assignmentId, accepted, reason, credits, welcome, quality } = event.earning;
        return store.assignments.settle(swarmId, assignmentId, { accepted, reason, credits, welcome, quality, at });
      }
      case 'ledger:entry':
        if (!valid) logger.error('A receipt does not match its entry.', { swarmId, entryId: event.entry.entryId });
        store.ledger.add(swarmId, event.entry, { text: JSON.stringify(event.receipt), valid });
        return store.swarms.saveBalances(swarmId, event.balances);
      case 'reputation:updated':
        store.swarms.saveReputation(swarmId, event.reputation, event.state);
        return store.reputation.add(swarmId, { at, score: event.reputation.score, level: event.reputation.level });
      case 'system:announcement':
        return store.announcements.add(swarmId, { seq, at, level: event.level, text: event.text });
      default:
        return assertNever(event);
    }
  }
}

function isValid(event: SwarmEvent, { swarmId, publicKey }: SwarmRecord, accountId: string): boolean {
  if (event.type !== 'ledger:entry') return true;
  const { entry, receipt } = event;
  return verifyReceipt({ swarmId, publicKey, accountId, entry, receipt });
}
