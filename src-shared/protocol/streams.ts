import { z } from 'zod';

/**
 * Name of a stream of durable events: `<kind>:<id>`, or the kind alone. Nodes get `node:<nodeId>`. A receiver keeps a cursor
 * for every stream that it is sent, so that more kinds need no other version of the protocol.
 */
export const StreamName = z.string().regex(/^[a-z]{1,16}(:[\w-]{1,80})?$/);

/** Number of the last event that a receiver has stored, by stream; a stream that is missing starts at 0. */
export const Cursors = z.record(StreamName, z.int().min(0)).refine((cursors) => Object.keys(cursors).length <= 64, {
  message: 'must name at most 64 streams',
});
export type Cursors = z.infer<typeof Cursors>;

const ofNode = 'node:';

/** The stream of everything that concerns one node alone. */
export function nodeStream(nodeId: string): string {
  return `${ofNode}${nodeId}`;
}

/** The node whose stream this is; null for streams of another kind. */
export function nodeOfStream(stream: string): string | null {
  return stream.startsWith(ofNode) ? stream.slice(ofNode.length) : null;
}
