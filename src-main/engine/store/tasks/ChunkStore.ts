import type { Chunk } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import { blobToIds, idsToBlob } from '#engine/store/sqlValues.ts';
import type { Db } from '#engine/store/storeContract.ts';

export type ChunkRecord = z.infer<typeof Chunk>;

interface ChunkRow {
  first: number;
  ids: Buffer;
  text: string;
  chain: string;
  signature: string;
}

/** Upper limit on the ids of a chunk. */
const maxIds = 4096;

/** Signed chunks of answers, kept until the result of their assignment is acknowledged. */
export class ChunkStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(swarmId: string, assignmentId: string, chunk: ChunkRecord): void {
    this.#db
      .prepare(
        `INSERT INTO chunks (swarm_id, assignment_id, first, ids, text, chain, signature) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(swarmId, assignmentId, chunk.from, idsToBlob(chunk.ids), chunk.text, chunk.chain, chunk.signature);
  }

  /** Chunks in order, starting with the one that contains token `from`; at most 512. */
  from(swarmId: string, assignmentId: string, from: number): ChunkRecord[] {
    const rows = this.#db
      .prepare<[string, string, number, number], ChunkRow>(
        `SELECT first, ids, text, chain, signature FROM chunks
         WHERE swarm_id = ? AND assignment_id = ? AND first > ? AND first + length(ids) / 4 > ? ORDER BY first LIMIT 512`,
      )
      .all(swarmId, assignmentId, from - maxIds, from);
    return rows.map(({ first, ids, ...rest }) => ({ from: first, ids: blobToIds(ids), ...rest }));
  }

  forget(swarmId: string, assignmentId: string): void {
    this.#db.prepare('DELETE FROM chunks WHERE swarm_id = ? AND assignment_id = ?').run(swarmId, assignmentId);
  }
}
