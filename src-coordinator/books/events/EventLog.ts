import type { Appends, NumberedEvent } from '#coordinator/books/Appends.ts';
import type { PostedEntry } from '#coordinator/books/money/Journal.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import type { Undo } from '#coordinator/books/Undo.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import type { EventBody } from './EventBody.ts';

interface Told {
  readonly stream: string;
  readonly at: number;
  readonly body: EventBody;
}

/**
 * Durable events, written in the commit of what they report. All streams are numbered by one counter, so that the numbers
 * of a stream increase, with gaps.
 */
export class EventLog {
  readonly #counters: Rows['counters'];
  readonly #appends: Appends;
  readonly #undo: Undo;
  /** Events of the commit that is being written. */
  #told: Told[] = [];

  constructor(rows: Pick<Rows, 'counters'>, commit: { readonly appends: Appends; readonly undo: Undo }) {
    this.#counters = rows.counters;
    this.#appends = commit.appends;
    this.#undo = commit.undo;
  }

  /** Appends an event for a node. `now` in UTC milliseconds. */
  add(nodeId: string, event: SwarmEvent, now: number): void {
    this.#tell(nodeId, event, now);
  }

  /** Reports to the requester that a task is over. */
  addCompleted(nodeId: string, task: TaskView, now: number): void {
    this.#tell(nodeId, { type: 'text-of', taskId: task.taskId, task }, now);
  }

  /** Reports to a node what an entry moved on its account. */
  addEntry(nodeId: string, { entry, balances, entryHash, place }: PostedEntry, now: number): void {
    this.#tell(nodeId, { type: 'receipt-of', entry, balances, entryHash, place }, now);
  }

  /** Numbers and stores what was added; the last step of a commit. */
  seal(): void {
    const told = this.#told;
    if (told.length === 0) return;
    this.#told = [];
    this.#undo(() => (this.#told = told));
    let seq = this.#counters.get('event') ?? 0;
    for (const [stream, events] of Map.groupBy(told, (each) => each.stream)) {
      const numbered = events.map(({ at, body }): NumberedEvent => ({ seq: (seq += 1), at, body }));
      this.#appends.events(stream, numbered);
    }
    this.#counters.set('event', seq);
  }

  #tell(nodeId: string, body: EventBody, at: number): void {
    this.#told.push({ stream: nodeStream(nodeId), at, body });
    this.#undo(() => void this.#told.pop());
  }
}
