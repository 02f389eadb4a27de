import type { AssignmentStatus, Finish, RewardStatus } from '#shared/domain/assignment.ts';
import type { MicroCredits } from '#shared/domain/credits.ts';
import { ModelShape } from '#shared/domain/model.ts';
import type { SizeClass } from '#shared/domain/prices.ts';
import type { ReputationLevel } from '#shared/domain/reputationLevel.ts';
import { Sampler } from '#shared/domain/sampler.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { readJson, writeJson } from './json.ts';
import type { AssignmentRecord } from './records.ts';
import { RowCache } from './RowCache.ts';

interface AssignmentRow {
  readonly assignment_id: string;
  readonly task_id: string;
  readonly kind: AssignmentRecord['kind'];
  readonly attempt: bigint;
  readonly node_id: string;
  readonly account_id: string;
  readonly status: AssignmentStatus;
  readonly model_digest: string;
  readonly model_name: string;
  readonly size_class: SizeClass;
  readonly shape: string | null;
  readonly level: ReputationLevel;
  readonly start_index: bigint;
  readonly sampler: string;
  readonly seed: bigint;
  readonly stored: bigint;
  readonly chain: string | null;
  readonly last_signature: string | null;
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly accepted: bigint | null;
  readonly estimate_ms: number;
  readonly assigned_at: number;
  readonly ended_at: number | null;
  readonly reward: bigint;
}

/** A reward that is held back, and could be due. */
export interface PendingReward {
  readonly assignmentId: string;
  readonly nodeId: string;
  readonly accountId: string;
  readonly reward: MicroCredits;
}

/** How an assignment ended. */
export interface AssignmentEnd {
  readonly assignmentId: string;
  readonly status: AssignmentStatus;
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly accepted: boolean | null;
  readonly endedAt: number;
}

/** Tasks whose assignments are remembered. */
const mostRemembered = 20_000;

/** The table `assignments`. */
export class AssignmentTable {
  /** All assignments of a task, in order. */
  readonly remembered: RowCache<readonly AssignmentRecord[]>;
  readonly #taskIds: RowCache<string>;
  readonly #statements;

  constructor(database: SqliteDatabase) {
    this.remembered = new RowCache(mostRemembered, () => database.inTransaction);
    // An id of an insert that was undone finds nothing in its task.
    this.#taskIds = new RowCache(mostRemembered, () => false);
    this.#statements = prepareAssignmentStatements(database);
  }

  get(assignmentId: string): AssignmentRecord | undefined {
    const taskId = this.#taskOf(assignmentId);
    return taskId === undefined ? undefined : this.ofTask(taskId).find((each) => each.assignmentId === assignmentId);
  }

  /** By their place in the answer, not by time alone: somebody may have set the clock back in between. */
  ofTask(taskId: string): readonly AssignmentRecord[] {
    const known = this.remembered.get(taskId);
    if (known !== undefined) return known;
    const found = inOrder(this.#statements.ofTask.all(taskId).map(assignmentOfRow));
    this.remembered.set(taskId, found);
    return found;
  }

  insert(assignment: AssignmentRecord): void {
    const others = this.ofTask(assignment.taskId);
    this.#statements.insert.run({
      ...assignment,
      accepted: null,
      sampler: JSON.stringify(assignment.sampler),
      shape: writeJson(assignment.shape),
    });
    this.remembered.set(assignment.taskId, inOrder([...others, assignment]));
  }

  /** Notes that more of the answer is stored. */
  stored(assignmentId: string, stored: number, chain: string, signature: string): void {
    this.#statements.stored.run(stored, chain, signature, assignmentId);
    this.#change(assignmentId, { stored, chain, lastSignature: signature });
  }

  end(end: AssignmentEnd): void {
    const accepted = end.accepted === null ? null : Number(end.accepted);
    const { assignmentId, status, finish, reason, endedAt } = end;
    this.#statements.end.run({ assignmentId, status, finish, reason, endedAt, accepted });
    const before = this.get(assignmentId)?.endedAt ?? null;
    this.#change(assignmentId, { status, finish, reason, accepted: end.accepted, endedAt: before ?? endedAt });
  }

  /** Notes what an assignment earned, and which of its node's settled pieces of work it was. */
  reward(
    assignmentId: string,
    reward: MicroCredits,
    status: RewardStatus,
    place: { at: number; number: number },
  ): void {
    this.#statements.reward.run(reward, status, place.at, place.number, assignmentId);
    this.#change(assignmentId, { reward });
  }

  /** Rewards older than a day with forty later tasks of their node, or older than fourteen days (TRUST 4.8). */
  dueRewards(now: number, limit: number): PendingReward[] {
    const day = 86_400_000;
    return this.#statements.due.all(now - day, now - 14 * day, limit);
  }

  released(assignmentId: string): void {
    this.#statements.released.run(assignmentId);
  }

  /** The node's last twenty assignments that it ended itself, and how many of them brought no token. */
  emptyEnds(nodeId: string): { of: number; empty: number } {
    return this.#statements.emptyEnds.get(nodeId) ?? { of: 0, empty: 0 };
  }

  #taskOf(assignmentId: string): string | undefined {
    const known = this.#taskIds.get(assignmentId);
    if (known !== undefined) return known;
    const taskId = this.#statements.taskOf.get(assignmentId);
    if (taskId !== undefined) this.#taskIds.set(assignmentId, taskId);
    return taskId;
  }

  #change(assignmentId: string, change: Partial<AssignmentRecord>): void {
    const taskId = this.#taskOf(assignmentId);
    if (taskId === undefined) return;
    this.remembered.change(taskId, (all) =>
      all.map((each) => (each.assignmentId === assignmentId ? { ...each, ...change } : each)),
    );
  }
}

function prepareAssignmentStatements(database: SqliteDatabase) {
  return {
    taskOf: database.prepare<[string], string>('SELECT task_id FROM assignments WHERE assignment_id = ?').pluck(),
    ofTask: database
      // A few rows, sorted by the caller: ORDER BY costs ten times the query itself.
      .prepare<[string], AssignmentRow>('SELECT * FROM assignments WHERE task_id = ?')
      .safeIntegers(),
    insert: database.prepare(
      `INSERT INTO assignments (assignment_id, task_id, kind, attempt, node_id, account_id, status, model_digest,
         model_name, size_class, shape, level, start_index, sampler, seed, estimate_ms, assigned_at)
       VALUES (:assignmentId, :taskId, :kind, :attempt, :nodeId, :accountId, 'running', :modelDigest,
         :modelName, :sizeClass, :shape, :level, :startIndex, :sampler, :seed, :estimateMs, :assignedAt)`,
    ),
    stored: database.prepare(
      'UPDATE assignments SET stored = ?, chain = ?, last_signature = ? WHERE assignment_id = ?',
    ),
    end: database.prepare(
      `UPDATE assignments SET status = :status, finish = :finish, reason = :reason, accepted = :accepted,
         ended_at = coalesce(ended_at, :endedAt) WHERE assignment_id = :assignmentId`,
    ),
    reward: database.prepare(
      `UPDATE assignments SET reward = ?, reward_status = ?, settled_at = ?, settled_number = ?
       WHERE assignment_id = ?`,
    ),
    due: database
      .prepare<[number, number, number], PendingReward>(
        `SELECT assignment_id AS assignmentId, node_id AS nodeId, assignments.account_id AS accountId, reward
         FROM assignments JOIN nodes USING (node_id)
         WHERE reward_status = 'pending' AND settled_at <= ?
           AND (settled_count - settled_number >= 40 OR settled_at <= ?)
         ORDER BY settled_at LIMIT ?`,
      )
      .safeIntegers(),
    released: database.prepare(`UPDATE assignments SET reward_status = 'released' WHERE assignment_id = ?`),
    // A cancel or a successor is not the node's doing.
    emptyEnds: database.prepare<[string], { of: number; empty: number }>(
      `SELECT count(*) AS "of", coalesce(sum(stored = 0), 0) AS empty FROM (
         SELECT stored FROM assignments WHERE node_id = ? AND ended_at IS NOT NULL
           AND status NOT IN ('cancelled', 'superseded') ORDER BY ended_at DESC LIMIT 20)`,
    ),
  };
}

function inOrder(assignments: readonly AssignmentRecord[]): AssignmentRecord[] {
  return assignments.toSorted(
    (a, b) => a.attempt - b.attempt || a.startIndex - b.startIndex || a.assignedAt - b.assignedAt,
  );
}

function assignmentOfRow(row: AssignmentRow): AssignmentRecord {
  return {
    assignmentId: row.assignment_id,
    taskId: row.task_id,
    kind: row.kind,
    attempt: Number(row.attempt),
    nodeId: row.node_id,
    accountId: row.account_id,
    status: row.status,
    modelDigest: row.model_digest,
    modelName: row.model_name,
    sizeClass: row.size_class,
    shape: readJson(ModelShape, row.shape),
    level: row.level,
    startIndex: Number(row.start_index),
    sampler: Sampler.parse(JSON.parse(row.sampler)),
    seed: Number(row.seed),
    stored: Number(row.stored),
    chain: row.chain,
    lastSignature: row.last_signature,
    finish: row.finish,
    reason: row.reason,
    accepted: row.accepted === null ? null : row.accepted === 1n,
    estimateMs: row.estimate_ms,
    assignedAt: row.assigned_at,
    endedAt: row.ended_at,
    reward: row.reward,
  };
}
