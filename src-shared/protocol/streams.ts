import { z } from 'zod';

/**
 * Name of a stream of durable events: `<kind>:<id>`, or the kind alone. A node receives `node:<nodeId>`. Receivers keep a
 * cursor for every stream they receive, so that new kinds need no new protocol version.
 */
export const StreamName = z.string().regex(/^[a-z]{1,16}(:[\w-]{1,80})?$/);

/** Number of the last event that a receiver has stored, by stream; a missing stream starts at 0. */
export const Cursors = z.record(StreamName, z.int().min(0)).refine((cursors) => Object.keys(cursors).length <= 64, {
  message: 'must name at most 64 streams',
});
export type Cursors = z.infer<typeof Cursors>;

const ofNode = 'node:';

/** The stream of the events for one node. */
export function nodeStream(nodeId: string): string {
  return `${ofNode}${nodeId}`;
}

/** The node whose stream this is; null for streams of another kind. */
export function nodeOfStream(stream: string): string | null {
  return stream.startsWith(ofNode) ? stream.slice(ofNode.length) : null;
}
