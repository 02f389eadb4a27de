import { type Cursors, nodeStream } from '#shared/protocol/streams.ts';
import type { Db } from './storeContract.ts';

/** Stands for the node's own stream in databases from before streams had names. */
const unnamed = 'node';

/** How far the durable events of each stream of each swarm are stored. */
export class EventCursors {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Number of the last stored event by stream; `nodeId` is this node's. */
  all(swarmId: string, nodeId: string): Cursors {
    const rows = this.#db
      .prepare<[string], { stream: string; cursor: number }>(
        'SELECT stream, cursor FROM event_cursors WHERE swarm_id = ?',
      )
      .all(swarmId);
    const cursors = new Map(rows.map(({ stream, cursor }) => [stream, cursor]));
    const own = Math.max(cursors.get(unnamed) ?? 0, cursors.get(nodeStream(nodeId)) ?? 0);
    cursors.delete(unnamed);
    return Object.fromEntries(own === 0 ? cursors : cursors.set(nodeStream(nodeId), own));
  }

  save(swarmId: string, stream: string, cursor: number): void {
    this.#db
      .prepare(
        `INSERT INTO event_cursors (swarm_id, stream, cursor) VALUES (?, ?, ?)
         ON CONFLICT (swarm_id, stream) DO UPDATE SET cursor = excluded.cursor`,
      )
      .run(swarmId, stream, cursor);
  }
}
