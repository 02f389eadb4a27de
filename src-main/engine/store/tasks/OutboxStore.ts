import { TaskResult } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import type { Db } from '#engine/store/storeContract.ts';

/** A result that the coordinator has not acknowledged yet. */
export interface OutboxItem {
  readonly swarmId: string;
  readonly assignmentId: string;
  readonly result: z.infer<typeof TaskResult>;
}

/** Results awaiting acknowledgement, one per assignment. */
export class OutboxStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(item: OutboxItem, now: number): void {
    this.#db
      .prepare(
        'INSERT INTO outbox (swarm_id, assignment_id, result, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(item.swarmId, item.assignmentId, JSON.stringify(item.result), now);
  }

  /** The unacknowledged results, oldest first. */
  list(swarmId: string): OutboxItem[] {
    return this.#db
      .prepare<[string], { assignment_id: string; result: string }>(
        'SELECT assignment_id, result FROM outbox WHERE swarm_id = ? ORDER BY created_at, assignment_id',
      )
      .all(swarmId)
      .map((row) => ({ swarmId, assignmentId: row.assignment_id, result: TaskResult.parse(JSON.parse(row.result)) }));
  }

  /** Ids of the assignments with unacknowledged results, oldest first. */
  ids(swarmId: string): string[] {
    return this.#db
      .prepare<[string], { assignment_id: string }>(
        'SELECT assignment_id FROM outbox WHERE swarm_id = ? ORDER BY created_at, assignment_id',
      )
      .all(swarmId)
      .map((row) => row.assignment_id);
  }

  count(swarmId: string): number {
    const row = this.#db
      .prepare<[string], { n: number }>('SELECT count(*) AS n FROM outbox WHERE swarm_id = ?')
      .get(swarmId);
    return row?.n ?? 0;
  }

  remove(swarmId: string, assignmentId: string): void {
    this.#db.prepare('DELETE FROM outbox WHERE swarm_id = ? AND assignment_id = ?').run(swarmId, assignmentId);
  }
}
