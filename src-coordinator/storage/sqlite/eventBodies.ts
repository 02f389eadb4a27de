import { z } from 'zod';
import type { NumberedEvent } from '#coordinator/books/Appends.ts';
import { EventBody } from '#coordinator/books/events/EventBody.ts';

/** A row holds the events of one stream in one commit: pairs of time and event, numbered one by one up to the row's number. */
const StoredRow = z.array(z.tuple([z.number(), EventBody])).min(1);

/** Events of one row as text. */
export function encodeEvents(events: readonly NumberedEvent[]): string {
  return JSON.stringify(events.map(({ at, body }) => [at, withoutView(body)]));
}

/** The events of a row whose last one has number `last`. Throws a ZodError when the text does not fit. */
export function decodeEvents(last: number, text: string): NumberedEvent[] {
  const pairs = StoredRow.parse(JSON.parse(text));
  return pairs.map(([at, body], index) => ({ seq: last - (pairs.length - 1 - index), at, body }));
}

/** The view of a task that is over can be made again of its rows. */
function withoutView(body: EventBody): EventBody {
  return body.type === 'text-of' ? { type: body.type, taskId: body.taskId } : body;
}
