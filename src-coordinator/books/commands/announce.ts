import type { Command } from '#coordinator/books/Books.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';

/** Appends a durable event for a node that belongs to no other command. `now` in UTC milliseconds. */
export function announce(nodeId: string, event: SwarmEvent, now: number): Command<void> {
  return { kind: 'announce', input: { nodeId, event }, rule: (tables) => tables.events.add(nodeId, event, now) };
}
