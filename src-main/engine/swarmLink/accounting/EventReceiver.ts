import { assertNever } from '#shared/util/assertNever.ts';
import type { EventBatch, SwarmEvent } from '#shared/protocol/events.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import { verifyReceipt } from '#node/receipt.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { SwarmRecord } from '#engine/store/SwarmStore.ts';

export interface EventReceiverOptions {
  readonly store: EngineStore;
  readonly logger: Logger;
  readonly swarm: () => SwarmRecord | null;
  readonly accountId: () => string;
  /** Stores a view of an own task inside the transaction. */
  readonly storeView: (swarmId: string, view: TaskView, text: string | null) => void;
  /** Called for each event when its transaction is committed. */
  readonly onEvent: (event: SwarmEvent) => void;
}

type Batch = z.output<typeof EventBatch>['events'];

/** Takes the durable events in: each is stored exactly once, together with the cursor, before it is acknowledged. */
export class EventReceiver {
  readonly #options: EventReceiverOptions;
  /** First event of a batch that left a gap: offered twice, the gap is real. */
  #gapBefore: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: EventReceiverOptions) {
    this.#options = options;
  }

  /** Resolves with the last event that is stored. Batches are taken one after the other. */
  receive(events: Batch): Promise<number> {
    const next = this.#turn.then(() => this.#take(events));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #take(events: Batch): Promise<number> {
    const { store, swarm, onEvent, accountId } = this.#options;
    const current = swarm();
    if (current === null) return 0;
    const fresh = this.#inOrder(events, current.cursor);
    const last = fresh.at(-1);
    if (last === undefined) return current.cursor;
    const checked = fresh.map((one) => ({ ...one, valid: isValid(one.event, current, accountId()) }));
    await store.write(() => {
      for (const one of checked) this.#store(current.swarmId, one);
      store.swarms.saveCursor(current.swarmId, last.seq);
    });
    for (const one of checked) onEvent(one.event);
    return last.seq;
  }

  /** The new events up to the first gap. */
  #inOrder(events: Batch, cursor: number): Batch {
    const fresh = events.filter((one) => one.seq > cursor);
    const [first] = fresh;
    if (first === undefined) return [];
    if (first.seq !== cursor + 1 && this.#gapBefore !== first.seq) {
      // Lost on the way: the coordinator sends it again. If it has none of it any more, it offers the same batch.
      this.#gapBefore = first.seq;
      this.#options.logger.warn('Events are missing and were asked for again.', { cursor, next: first.seq });
      return [];
    }
    this.#gapBefore = null;
    const end = fresh.findIndex((one, index) => one.seq !== first.seq + index);
    return end === -1 ? fresh : fresh.slice(0, end);
  }

  #store(swarmId: string, { seq, at, event, valid }: Batch[number] & { valid: boolean }): void {
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
        if (!valid) logger.error('A receipt does not fit its entry.', { swarmId, entryId: event.entry.entryId });
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
