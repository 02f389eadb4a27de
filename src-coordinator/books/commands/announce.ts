import type { Command } from '#coordinator/books/Books.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';

/** Appends a durable event that belongs to no other command; does nothing when there is no such node. `now` in UTC milliseconds. */
export function announce(nodeId: string, event: SwarmEvent, now: number): Command<void> {
  return {
    kind: 'announce',
    input: { nodeId, event },
    rows: { nodes: [nodeId] },
    rule: (tables) => {
      if (tables.nodes.get(nodeId) !== undefined) tables.events.add(nodeId, event, now);
    },
  };
}
