import type { Command } from '#coordinator/books/Books.ts';

/** Deletes the events of streams up to the numbers that their receivers have acknowledged. */
export function forgetEvents(acknowledged: ReadonlyMap<string, number>): Command<void> {
  return {
    kind: 'forgetEvents',
    input: acknowledged,
    rows: {},
    rule: ({ appends }) => {
      for (const [stream, upTo] of acknowledged) appends.eventsDelivered(stream, upTo);
    },
  };
}
