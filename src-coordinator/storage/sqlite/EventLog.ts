import { z } from 'zod';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { PostedEntry } from '#coordinator/books/money/Journal.ts';
import type { Receipts } from '#coordinator/books/money/Receipts.ts';
import { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { TaskId } from '#shared/domain/ids.ts';
import { TaskView } from '#shared/domain/tasks/taskView.ts';
import { SwarmEvent } from '#shared/protocol/events.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import type { NodeTable } from './NodeTable.ts';
import { RecentEvents } from './RecentEvents.ts';

/** Events whose text or receipt is not stored with them but added when they are read. */
const Pointer = z.discriminatedUnion('type', [
  // The view of a task that is over is made of its row; rows of before have it with them.
  z.object({ type: z.literal('text-of'), taskId: TaskId, task: TaskView.optional() }),
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

/** The present view of a task, and its text; undefined when there is no such task. */
type AnswerOf = (taskId: string) => { view: TaskView; text: string } | undefined;

/** Units of text of answers after which a page of events ends: it goes out as one message. */
const mostText = 1_048_576;

const insertEvents = 'INSERT INTO events (node_id, seq, at, body) VALUES (?, ?, ?, ?)';
const deleteEvents = 'DELETE FROM events WHERE node_id = ? AND seq <= ?';

/** Durable events per node, numbered without gaps, written in the units of work of what they tell. */
export class EventLog {
  readonly #unit: UnitOfWork;
  readonly #nodes: NodeTable;
  readonly #receipts: Receipts;
  readonly #answerOf: AnswerOf;
  readonly #page;
  readonly #recent = new RecentEvents<Numbered>();
  /** Events of the unit of work that is being written. */
  #told: Told[] = [];
  /** Number of the last event per node, so that it need not be written with each. */
  readonly #last = new Map<string, number>();
  /** What nodes have, and what still stands in the rows. */
  readonly #acknowledged = new Map<string, number>();

  constructor(
    database: SqliteDatabase,
    unit: UnitOfWork,
    rooms: { nodes: NodeTable; receipts: Receipts; answerOf: AnswerOf },
  ) {
    this.#unit = unit;
    this.#nodes = rooms.nodes;
    this.#receipts = rooms.receipts;
    this.#answerOf = rooms.answerOf;
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

  /** Events after `after`, as far as they are committed: at most `limit`, and fewer when they have much text. */
  read(nodeId: string, after: number, limit: number): StoredEvent[] {
    const from = Math.max(after, this.#acknowledged.get(nodeId) ?? 0);
    const found = this.#recent.after(nodeId, from, limit) ?? this.#stored(nodeId, from, limit);
    const page: StoredEvent[] = [];
    let text = 0;
    for (const { seq, at, body } of found) {
      const event = this.#complete(body);
      page.push({ seq, at, event });
      if (event.type === 'task:completed') text += event.text.length;
      if (text >= mostText) break;
    }
    return page;
  }

  /** A node has everything up to here: it is not told again, and the rows go with the next `sweep`. */
  acknowledge(nodeId: string, upTo: number): void {
    // Nobody has what was not told yet, whatever it says.
    const last = Math.min(upTo, this.#last.get(nodeId) ?? this.#nodes.lastEvent(nodeId) ?? 0);
    this.#acknowledged.set(nodeId, Math.max(last, this.#acknowledged.get(nodeId) ?? 0));
    this.#recent.forget(nodeId, last);
  }

  /** Deletes what nodes have. A row of which a node has a part stays until it has the rest. */
  sweep(): void {
    for (const [nodeId, upTo] of this.#acknowledged) {
      this.#unit.write(deleteEvents, [nodeId, upTo]);
      this.#nodes.keepLastEvent(nodeId, upTo);
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
      const pairs = told.map(({ numbered }) => [numbered.at, asStored(numbered.body)]);
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
    const last = this.#last.get(nodeId) ?? this.#nodes.lastEvent(nodeId);
    if (last === undefined) return;
    const seq = last + 1;
    this.#last.set(nodeId, seq);
    this.#told.push({ nodeId, numbered: { seq, at: now, body } });
    this.#unit.undo(() => {
      this.#told.pop();
      this.#last.set(nodeId, last);
    });
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
      case 'text-of': {
        const answer = this.#answerOf(stored.taskId);
        const task = stored.task ?? answer?.view;
        if (task === undefined) throw new RangeError(`There is no task ${stored.taskId}`);
        return { type: 'task:completed', task, text: answer?.text ?? '' };
      }
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

/** The view of a task that is over is not written once more. */
function asStored(body: StoredBody): StoredBody {
  return body.type === 'text-of' ? { type: body.type, taskId: body.taskId } : body;
}

function numberedOf({ seq, body }: EventRow): Numbered[] {
  const pairs = StoredRow.parse(JSON.parse(body));
  return pairs.map(([at, event], index) => ({ seq: seq - (pairs.length - 1 - index), at, body: event }));
}
