import { z } from 'zod';
import type { UnitOfWork } from '#coordinator/commit/UnitOfWork.ts';
import type { PostedEntry } from '#coordinator/ledger/Journal.ts';
import type { Receipts } from '#coordinator/ledger/Receipts.ts';
import { Balances, EntryForAccount } from '#shared/domain/accountBook.ts';
import { TaskId } from '#shared/domain/ids.ts';
import { TaskView } from '#shared/domain/taskView.ts';
import { SwarmEvent } from '#shared/protocol/events.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { StoredEvent } from './CoordinatorStore.ts';
import type { NodeTable } from './NodeTable.ts';
import { RecentEvents } from './RecentEvents.ts';

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
type StoredBody = z.output<typeof StoredBody>;

/** A row holds what one commit told a node: pairs of time and event, the last of which has the row's number. */
const StoredRow = z.array(z.tuple([z.number(), StoredBody])).min(1);

interface EventRow {
  readonly seq: number;
  readonly body: string;
}

/** An event with its number, before its text or receipt is added. */
interface Numbered {
  readonly seq: number;
  readonly at: number;
  readonly body: StoredBody;
}

interface Told {
  readonly nodeId: string;
  readonly numbered: Numbered;
}

const insertEvents = 'INSERT INTO events (node_id, seq, at, body) VALUES (?, ?, ?, ?)';
const deleteEvents = 'DELETE FROM events WHERE node_id = ? AND seq <= ?';

/** Durable events per node, numbered without gaps, written in the units of work of what they tell. */
export class EventLog {
  readonly #unit: UnitOfWork;
  readonly #nodes: NodeTable;
  readonly #receipts: Receipts;
  readonly #textOf: (taskId: string) => string;
  readonly #page;
  readonly #recent = new RecentEvents<Numbered>();
  /** Events of the unit of work that is being written. */
  #told: Told[] = [];
  /** What nodes have, and what still stands in the rows. */
  readonly #acknowledged = new Map<string, number>();

  constructor(
    database: SqliteDatabase,
    unit: UnitOfWork,
    rooms: { nodes: NodeTable; receipts: Receipts; textOf: (taskId: string) => string },
  ) {
    this.#unit = unit;
    this.#nodes = rooms.nodes;
    this.#receipts = rooms.receipts;
    this.#textOf = rooms.textOf;
    this.#page = database.prepare<[string, number, number], EventRow>(
      'SELECT seq, body FROM events WHERE node_id = ? AND seq > ? ORDER BY seq LIMIT ?',
    );
  }

  /** Tells a node something. */
  add(nodeId: string, event: SwarmEvent, now: number): void {
    this.#tell(nodeId, event, now);
  }

  /** Tells the requester that a task is over; the answer is added when the event is read, as long as it exists. */
  addCompleted(nodeId: string, task: TaskView, now: number): void {
    this.#tell(nodeId, { type: 'text-of', taskId: task.taskId, task }, now);
  }

  /** Tells a node what an entry moved on its account; the receipt is added when the event is read. */
  addEntry(nodeId: string, posted: PostedEntry, now: number): void {
    const { entry, balances, entryHash, place } = posted;
    this.#tell(nodeId, { type: 'receipt-of', entry, balances, entryHash, place }, now);
  }

  /** Events after `after`, at most `limit`, as far as they are committed. */
  read(nodeId: string, after: number, limit: number): StoredEvent[] {
    const from = Math.max(after, this.#acknowledged.get(nodeId) ?? 0);
    const found = this.#recent.after(nodeId, from, limit) ?? this.#stored(nodeId, from, limit);
    return found.map(({ seq, at, body }) => ({ seq, at, event: this.#complete(body) }));
  }

  /** A node has everything up to here: it is not told again, and the rows go with the next `sweep`. */
  acknowledge(nodeId: string, upTo: number): void {
    this.#acknowledged.set(nodeId, Math.max(upTo, this.#acknowledged.get(nodeId) ?? 0));
    this.#recent.forget(nodeId, upTo);
  }

  /** Deletes what nodes have. A row of which a node has a part stays until it has the rest. */
  sweep(): void {
    for (const [nodeId, upTo] of this.#acknowledged) {
      this.#unit.write(deleteEvents, [nodeId, upTo]);
      this.#unit.whenKept(() => {
        if (this.#acknowledged.get(nodeId) === upTo) this.#acknowledged.delete(nodeId);
      });
    }
  }

  /** Writes what each node is told; the last step of a unit of work. */
  seal(): void {
    for (const [nodeId, told] of Map.groupBy(this.#told, (each) => each.nodeId)) {
      const last = told.at(-1)?.numbered;
      if (last === undefined) continue;
      const pairs = told.map(({ numbered }) => [numbered.at, numbered.body]);
      this.#unit.write(insertEvents, [nodeId, last.seq, last.at, JSON.stringify(pairs)]);
    }
  }

  /** The nodes with new events since the last call; called when these are on disk. */
  takeTouched(): ReadonlySet<string> {
    for (const { nodeId, numbered } of this.#told) this.#recent.add(nodeId, numbered);
    const touched = new Set(this.#told.map(({ nodeId }) => nodeId));
    this.#told = [];
    return touched;
  }

  #tell(nodeId: string, body: StoredBody, now: number): void {
    const seq = this.#nodes.nextEvent(nodeId);
    if (seq === undefined) return;
    this.#told.push({ nodeId, numbered: { seq, at: now, body } });
    this.#unit.undo(() => void this.#told.pop());
  }

  #stored(nodeId: string, after: number, limit: number): Numbered[] {
    return this.#page
      .all(nodeId, after, limit)
      .flatMap(numberedOf)
      .filter(({ seq }) => seq > after)
      .slice(0, limit);
  }

  #complete(stored: StoredBody): SwarmEvent {
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

function numberedOf({ seq, body }: EventRow): Numbered[] {
  const pairs = StoredRow.parse(JSON.parse(body));
  return pairs.map(([at, event], index) => ({ seq: seq - (pairs.length - 1 - index), at, body: event }));
}
