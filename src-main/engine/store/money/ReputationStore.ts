import type { ReputationPoint } from '#shared/api/history.ts';
import type { z } from 'zod';
import type { Db } from '#engine/store/storeContract.ts';

type Point = z.infer<typeof ReputationPoint>;

/** History of the reputation score. */
export class ReputationStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(swarmId: string, point: Point): void {
    this.#db
      .prepare(
        `INSERT INTO reputation_path (swarm_id, at, score, level) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET score = excluded.score, level = excluded.level`,
      )
      .run(swarmId, Math.round(point.at), point.score, point.level);
  }

  /** The scores since `since` (UTC ms), oldest first. */
  path(swarmId: string, since: number): Point[] {
    return this.#db
      .prepare<[string, number], Point>(
        'SELECT at, score, level FROM reputation_path WHERE swarm_id = ? AND at >= ? ORDER BY at',
      )
      .all(swarmId, Math.round(since));
  }

  forget(swarmId: string): void {
    this.#db.prepare('DELETE FROM reputation_path WHERE swarm_id = ?').run(swarmId);
  }
}
