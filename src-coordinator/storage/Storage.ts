import type { Books } from '#coordinator/books/Books.ts';
import type { EventFeed } from '#coordinator/books/EventFeed.ts';
import type { Queries } from '#coordinator/books/Queries.ts';

/** Everything durable of one coordinator. */
export interface Storage {
  readonly books: Books;
  readonly queries: Queries;
  readonly events: EventFeed;
  /** Waits for queued commands, then closes. */
  close(): Promise<void>;
}
