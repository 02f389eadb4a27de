import type { AssignmentStatus, Finish, RewardStatus } from '#shared/domain/tasks/assignment.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import { ModelShape } from '#shared/domain/models/model.ts';
import type { SizeClass } from '#shared/domain/money/prices.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import { Sampler } from '#shared/domain/tasks/sampler.ts';
import { Rows } from '#coordinator/storage/commit/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { readJson } from './json.ts';
import type { AssignmentRecord, EmptyEnds } from '#coordinator/books/records.ts';
import { type StoredAssignment, markReleased, writeAssignment } from './writeAssignment.ts';

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
  readonly reward_status: RewardStatus | null;
  readonly settled_at: number | null;
  readonly settled_number: bigint | null;
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
  readonly #unit: UnitOfWork;
  /** All assignments of a task, in order. */
  readonly #ofTask: Rows<readonly StoredAssignment[]>;
  /** The task of each assignment; written with the assignment itself. */
  readonly #taskIds: Rows<string>;
  readonly #statements;

  constructor(database: SqliteDatabase, unit: UnitOfWork) {
    const statements = prepareAssignmentStatements(database);
    this.#unit = unit;
    this.#statements = statements;
    this.#ofTask = new Rows<readonly StoredAssignment[]>(unit, {
      most: mostRemembered,
      read: (taskId) => {
        const found = statements.ofTask.all(taskId).map(assignmentOfRow);
        return found.length === 0 ? undefined : inOrder(found);
      },
      write: (_, after, before) => {
        for (const each of after) {
          const earlier = before?.find(({ assignmentId }) => assignmentId === each.assignmentId);
          if (earlier !== each) writeAssignment(unit, each, earlier);
        }
      },
    });
    this.#taskIds = new Rows(unit, {
      most: mostRemembered,
      read: (assignmentId) => statements.taskOf.get(assignmentId),
      write: () => undefined,
    });
  }

  get(assignmentId: string): AssignmentRecord | undefined {
    const taskId = this.#taskIds.get(assignmentId);
    return taskId === undefined ? undefined : this.ofTask(taskId).find((each) => each.assignmentId === assignmentId);
  }

  /** By their place in the answer, not by time alone: somebody may have set the clock back in between. */
  ofTask(taskId: string): readonly AssignmentRecord[] {
    return this.#ofTask.get(taskId) ?? [];
  }

  /** A new task has none, so that nobody needs to look. */
  expect(taskId: string): void {
    this.#ofTask.insert(taskId, []);
  }

  insert(assignment: AssignmentRecord): void {
    const others = this.#ofTask.get(assignment.taskId) ?? [];
    this.#taskIds.insert(assignment.assignmentId, assignment.taskId);
    this.#ofTask.set(assignment.taskId, inOrder([...others, { ...assignment, settled: null }]));
  }

  /** Notes that more of the answer is stored. */
  stored(assignmentId: string, stored: number, chain: string, signature: string): void {
    this.#change(assignmentId, (each) => ({ ...each, stored, chain, lastSignature: signature }));
  }

  end({ assignmentId, status, finish, reason, accepted, endedAt }: AssignmentEnd): void {
    this.#change(assignmentId, (each) => ({
      ...each,
      status,
      finish,
      reason,
      accepted,
      endedAt: each.endedAt ?? endedAt,
    }));
  }

  /** Notes what an assignment earned, and which of its node's settled pieces of work it was. */
  reward(
    assignmentId: string,
    reward: MicroCredits,
    status: RewardStatus,
    place: { at: number; number: number },
  ): void {
    this.#change(assignmentId, (each) => ({ ...each, reward, settled: { status, ...place } }));
  }

  /** Rewards older than a day with forty later tasks of their node, or older than fourteen days (trust 4.8). */
  dueRewards(now: number, limit: number): PendingReward[] {
    const day = 86_400_000;
    return this.#statements.due.all(now - day, now - 14 * day, limit);
  }

  released(assignmentId: string): void {
    markReleased(this.#unit, assignmentId);
  }

  /** Looks at the last `ofLast` that a node ended itself, up to the last of them since `since` that brought no token. */
  emptyEnds(nodeId: string, { since, ofLast }: { readonly since: number; readonly ofLast: number }): EmptyEnds {
    return this.#statements.emptyEnds.get({ nodeId, since, ofLast }) ?? { of: 0, empty: 0, lastAt: null };
  }

  #change(assignmentId: string, change: (assignment: StoredAssignment) => StoredAssignment): void {
    const taskId = this.#taskIds.get(assignmentId);
    if (taskId === undefined) return;
    this.#ofTask.change(taskId, (all) => all.map((each) => (each.assignmentId === assignmentId ? change(each) : each)));
  }
}

function prepareAssignmentStatements(database: SqliteDatabase) {
  return {
    taskOf: database.prepare<[string], string>('SELECT task_id FROM assignments WHERE assignment_id = ?').pluck(),
    ofTask: database
      // A few rows, sorted by the caller: ORDER BY costs ten times the query itself.
      .prepare<[string], AssignmentRow>('SELECT * FROM assignments WHERE task_id = ?')
      .safeIntegers(),
    due: database
      .prepare<[number, number, number], PendingReward>(
        `SELECT assignment_id AS assignmentId, node_id AS nodeId, assignments.account_id AS accountId, reward
         FROM assignments JOIN nodes USING (node_id)
         WHERE reward_status = 'pending' AND settled_at <= ?
           AND (settled_count - settled_number >= 40 OR settled_at <= ?)
         ORDER BY settled_at LIMIT ?`,
      )
      .safeIntegers(),
    // A cancel or a successor is not the node's doing.
    emptyEnds: database.prepare<[{ nodeId: string; since: number; ofLast: number }], EmptyEnds>(
      `SELECT count(*) AS "of", coalesce(sum(stored = 0), 0) AS empty, max(ended_at) AS lastAt FROM (
         SELECT stored, ended_at FROM assignments WHERE node_id = @nodeId AND ended_at <= (
             SELECT ended_at FROM assignments WHERE node_id = @nodeId AND ended_at > @since AND stored = 0
               AND status NOT IN ('cancelled', 'superseded') ORDER BY ended_at DESC LIMIT 1)
           AND status NOT IN ('cancelled', 'superseded') ORDER BY ended_at DESC LIMIT @ofLast)`,
    ),
  };
}

function inOrder(assignments: readonly StoredAssignment[]): StoredAssignment[] {
  return assignments.toSorted(
    (a, b) => a.attempt - b.attempt || a.startIndex - b.startIndex || a.assignedAt - b.assignedAt,
  );
}

function assignmentOfRow(row: AssignmentRow): StoredAssignment {
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
    settled:
      row.reward_status === null
        ? null
        : { status: row.reward_status, at: row.settled_at ?? 0, number: Number(row.settled_number ?? 0n) },
  };
}
