import type { Chunk } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import { blobToIds, idsToBlob } from './sqlValues.ts';
import type { Db } from './storeContract.ts';

export type ChunkRecord = z.infer<typeof Chunk>;

interface ChunkRow {
  first: number;
  ids: Buffer;
  text: string;
  chain: string;
  signature: string;
}

/** Signed pieces of answers, kept until the end of their assignment is acknowledged. */
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

  /** Chunks in order, beginning with the one that holds id number `from`. */
  from(swarmId: string, assignmentId: string, from: number): ChunkRecord[] {
    const rows = this.#db
      .prepare<[string, string], ChunkRow>(
        `SELECT first, ids, text, chain, signature FROM chunks WHERE swarm_id = ? AND assignment_id = ? ORDER BY first`,
      )
      .all(swarmId, assignmentId);
    return rows
      .filter((row) => row.first + row.ids.length / 4 > from)
      .map(({ first, ids, ...rest }) => ({ from: first, ids: blobToIds(ids), ...rest }));
  }

  forget(swarmId: string, assignmentId: string): void {
    this.#db.prepare('DELETE FROM chunks WHERE swarm_id = ? AND assignment_id = ?').run(swarmId, assignmentId);
  }
}
