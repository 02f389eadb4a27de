import type { NumberedEvent } from '#coordinator/books/Appends.ts';
import type { EventBody } from '#coordinator/books/events/EventBody.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import { decodeEvents, encodeEvents } from './eventBodies.ts';
import { RecentEvents } from './RecentEvents.ts';

interface EventRow {
  /** Number of the last event in the row. */
  readonly seq: number;
  readonly body: string;
}

/** UTF-16 units of answers after which a page of events ends: it goes out as one message. */
const mostText = 1_048_576;

const insertEvents = 'INSERT INTO events (stream, seq, body) VALUES (?, ?, ?)';
const deleteEvents = 'DELETE FROM events WHERE stream = ? AND seq <= ?';

/** The table `events`: durable events by stream, until they are acknowledged. */
export class EventRows {
  readonly #unit: UnitOfWork;
  readonly #page;
  readonly #recent = new RecentEvents<NumberedEvent>();
  /** Events of the unit of work that is being written. */
  #new: { readonly stream: string; readonly events: readonly NumberedEvent[] }[] = [];
  /** Acknowledged numbers by stream, until the rows are deleted. */
  readonly #acknowledged = new Map<string, number>();
  /** Number of the last event on the disk. */
  #last: number;

  constructor(database: SqliteDatabase, unit: UnitOfWork) {
    this.#unit = unit;
    this.#page = database.prepare<[string, number, number], EventRow>(
      'SELECT seq, body FROM events WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?',
    );
    this.#last = database.prepare<[], number>(lastEvent).pluck().get() ?? 0;
  }

  /** Notes the write of one row with the events of a stream in one commit. */
  append(stream: string, events: readonly NumberedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#unit.write(insertEvents, [stream, last.seq, encodeEvents(events)]);
    this.#new.push({ stream, events });
    this.#unit.undo(() => void this.#new.pop());
  }

  /** Notes the deletion of events; a row of which a receiver has a part stays until it has the rest. */
  delete(stream: string, upTo: number): void {
    this.#unit.write(deleteEvents, [stream, upTo]);
    this.#unit.whenKept(() => {
      if (this.#acknowledged.get(stream) === upTo) this.#acknowledged.delete(stream);
    });
  }

  /** Gives the streams with new events; called when these are on the disk. */
  takeNew(): ReadonlySet<string> {
    const added = this.#new;
    this.#new = [];
    for (const { stream, events } of added) {
      for (const event of events) {
        this.#recent.add(stream, event);
        this.#last = Math.max(this.#last, event.seq);
      }
    }
    return new Set(added.map(({ stream }) => stream));
  }

  /** Notes that a receiver has everything of a stream up to a number: it is not returned again, and the next sweep deletes the rows. */
  acknowledge(stream: string, upTo: number): void {
    // A receiver cannot have events that do not exist yet, whatever its cursor.
    const last = Math.min(upTo, this.#last);
    if (last <= (this.#acknowledged.get(stream) ?? 0)) return;
    this.#acknowledged.set(stream, last);
    this.#recent.forget(stream, last);
  }

  /** Acknowledged numbers by stream whose rows are still stored. */
  get acknowledged(): ReadonlyMap<string, number> {
    return new Map(this.#acknowledged);
  }

  /**
   * Events of a stream after number `after`, as far as they are committed: at most `limit`, and fewer when they carry much
   * text. `complete` adds their texts and receipts.
   */
  read(
    stream: string,
    { after, limit }: { readonly after: number; readonly limit: number },
    complete: (body: EventBody) => SwarmEvent,
  ): StoredEvent[] {
    const from = Math.max(after, this.#acknowledged.get(stream) ?? 0);
    const found = this.#recent.after(stream, from, limit) ?? this.#stored(stream, from, limit);
    const page: StoredEvent[] = [];
    let text = 0;
    for (const { seq, at, body } of found) {
      const event = complete(body);
      page.push({ seq, at, event });
      if (event.type === 'task:completed') text += event.text.length;
      if (text >= mostText) break;
    }
    return page;
  }

  #stored(stream: string, after: number, limit: number): NumberedEvent[] {
    return this.#page
      .all(stream, after, limit)
      .flatMap(({ seq, body }) => decodeEvents(seq, body))
      .filter(({ seq }) => seq > after)
      .slice(0, limit);
  }
}

const lastEvent = `SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'lastEvent'`;
