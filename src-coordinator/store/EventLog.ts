import { z } from 'zod';
import type { PostedEntry } from '#coordinator/ledger/Journal.ts';
import type { Receipts } from '#coordinator/ledger/Receipts.ts';
import { Balances, EntryForAccount } from '#shared/domain/accountBook.ts';
import { TaskId } from '#shared/domain/ids.ts';
import { TaskView } from '#shared/domain/taskView.ts';
import { SwarmEvent } from '#shared/protocol/events.ts';
import type { Undoable } from '#node/GroupCommit.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { StoredEvent } from './CoordinatorStore.ts';
import type { NodeTable } from './NodeTable.ts';

/** Events whose text or receipt is not stored with them but added when they are read. */
const Pointer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text-of'), taskId: TaskId, task: TaskView }),
  z.object({
    type: z.literal('receipt-of'),
    entry: EntryForAccount,
    balances: Balances,
    entryHash: z.string(),
    place: z.object({ commit: z.int(), leaf: z.int() }),
  }),
]);
const StoredBody = z.union([Pointer, SwarmEvent]);

interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly body: string;
}

/** Durable events per node, numbered without gaps, written in the transactions of what they tell. */
export class EventLog implements Undoable {
  readonly #nodes: NodeTable;
  readonly #receipts: Receipts;
  readonly #textOf: (taskId: string) => string;
  readonly #insert;
  readonly #page;
  readonly #forget;
  /** Node of each event of the transaction that is being written. */
  #touched: string[] = [];
  /** Number of the last event per node, so that a node's row is written once per commit. */
  readonly #last = new Map<string, number>();

  constructor(options: {
    database: SqliteDatabase;
    nodes: NodeTable;
    receipts: Receipts;
    textOf: (taskId: string) => string;
  }) {
    const { database } = options;
    this.#nodes = options.nodes;
    this.#receipts = options.receipts;
    this.#textOf = options.textOf;
    this.#insert = database.prepare<[string, number, number, string]>(
      'INSERT INTO events (node_id, seq, at, body) VALUES (?, ?, ?, ?)',
    );
    this.#page = database.prepare<[string, number, number], EventRow>(
      'SELECT seq, at, body FROM events WHERE node_id = ? AND seq > ? ORDER BY seq LIMIT ?',
    );
    this.#forget = database.prepare<[string, number]>('DELETE FROM events WHERE node_id = ? AND seq <= ?');
  }

  /** Tells a node something. */
  add(nodeId: string, event: SwarmEvent, now: number): void {
    this.#write(nodeId, event, now);
  }

  /** Tells the requester that a task is over; the answer is added when the event is read, as long as it exists. */
  addCompleted(nodeId: string, task: TaskView, now: number): void {
    this.#write(nodeId, { type: 'text-of', taskId: task.taskId, task }, now);
  }

  /** Tells a node what an entry moved on its account; the receipt is added when the event is read. */
  addEntry(nodeId: string, posted: PostedEntry, now: number): void {
    const { entry, balances, entryHash, place } = posted;
    this.#write(nodeId, { type: 'receipt-of', entry, balances, entryHash, place }, now);
  }

  read(nodeId: string, after: number, limit: number): StoredEvent[] {
    return this.#page.all(nodeId, after, limit).map(({ seq, at, body }) => ({ seq, at, event: this.#complete(body) }));
  }

  acknowledge(nodeId: string, upTo: number): void {
    this.#forget.run(nodeId, upTo);
  }

  mark(): number {
    return this.#touched.length;
  }

  backTo(mark: number): void {
    for (const nodeId of this.#touched.splice(mark)) this.#last.set(nodeId, (this.#last.get(nodeId) ?? 0) - 1);
  }

  /** Stores how far each node's numbers went; the last step inside a commit. */
  seal(): void {
    for (const nodeId of new Set(this.#touched)) this.#nodes.saveLastEvent(nodeId, this.#last.get(nodeId) ?? 0);
  }

  /** The nodes with new events since the last call. */
  takeTouched(): ReadonlySet<string> {
    const touched = new Set(this.#touched);
    this.#touched = [];
    return touched;
  }

  #write(nodeId: string, body: z.input<typeof StoredBody>, now: number): void {
    const last = this.#last.get(nodeId) ?? this.#nodes.lastEvent(nodeId);
    if (last === undefined) return;
    const seq = last + 1;
    this.#last.set(nodeId, seq);
    this.#insert.run(nodeId, seq, now, JSON.stringify(body));
    this.#touched.push(nodeId);
  }

  #complete(body: string): SwarmEvent {
    const stored = StoredBody.parse(JSON.parse(body));
    switch (stored.type) {
      case 'text-of':
        return { type: 'task:completed', task: stored.task, text: this.#textOf(stored.taskId) };
      case 'receipt-of':
        return {
          type: 'ledger:entry',
          entry: stored.entry,
          receipt: this.#receipts.read(stored.place, stored.entryHash),
          balances: stored.balances,
        };
      default:
        return stored;
    }
  }
}
