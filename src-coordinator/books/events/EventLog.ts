import type { Appends, NumberedEvent } from '#coordinator/books/Appends.ts';
import type { PostedEntry } from '#coordinator/books/money/Journal.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import type { Undo } from '#coordinator/books/Undo.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import type { EventBody } from './EventBody.ts';

interface AddedEvent {
  readonly stream: string;
  readonly at: number;
  readonly body: EventBody;
}

/**
 * Durable events, written in the same commit as the change that they report. One counter numbers all streams, so the numbers
 * of a stream increase with gaps.
 */
export class EventLog {
  readonly #counters: Rows['counters'];
  readonly #appends: Appends;
  readonly #undo: Undo;
  /** Events of the commit that is being written. */
  #added: AddedEvent[] = [];

  constructor(rows: Pick<Rows, 'counters'>, commit: { readonly appends: Appends; readonly undo: Undo }) {
    this.#counters = rows.counters;
    this.#appends = commit.appends;
    this.#undo = commit.undo;
  }

  /** Appends an event for a node. `now` in UTC milliseconds. */
  add(nodeId: string, event: SwarmEvent, now: number): void {
    this.#append(nodeId, event, now);
  }

  /** Adds the event that tells the requester's node that a task is over. */
  addCompleted(nodeId: string, task: TaskView, now: number): void {
    this.#append(nodeId, { type: 'text-of', taskId: task.taskId, task }, now);
  }

  /** Adds the event that tells a node what an entry moved on its account. */
  addEntry(nodeId: string, { entry, balances, entryHash, place }: PostedEntry, now: number): void {
    this.#append(nodeId, { type: 'receipt-of', entry, balances, entryHash, place }, now);
  }

  /** Numbers and stores the added events; the last step of a commit. */
  seal(): void {
    const added = this.#added;
    if (added.length === 0) return;
    this.#added = [];
    this.#undo(() => (this.#added = added));
    let seq = this.#counters.get('event') ?? 0;
    for (const [stream, events] of Map.groupBy(added, (each) => each.stream)) {
      const numbered = events.map(({ at, body }): NumberedEvent => ({ seq: (seq += 1), at, body }));
      this.#appends.events(stream, numbered);
    }
    this.#counters.set('event', seq);
  }

  #append(nodeId: string, body: EventBody, at: number): void {
    this.#added.push({ stream: nodeStream(nodeId), at, body });
    this.#undo(() => void this.#added.pop());
  }
}
