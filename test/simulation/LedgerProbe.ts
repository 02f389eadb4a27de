import Database from 'better-sqlite3';
import { isAssignmentOver } from '#shared/domain/tasks/assignment.ts';
import { isTaskOver, type TaskStatus } from '#shared/domain/tasks/task.ts';
import type { AssignmentStatus } from '#shared/domain/tasks/assignment.ts';

interface TaskFacts {
  readonly task_id: string;
  readonly status: TaskStatus;
  readonly welcome: number;
  readonly bill_status: string;
  readonly hold: number;
  readonly cost: number;
  readonly fee: number;
  readonly attempt: number;
  readonly holds: number;
  readonly ends: number;
  readonly rewards: number;
}

interface AssignmentFacts {
  readonly assignment_id: string;
  readonly task_id: string;
  readonly attempt: number;
  readonly status: AssignmentStatus;
  readonly accepted: number | null;
  readonly start_index: number;
  readonly stored: number;
  readonly reward: number;
  readonly rewarded: number;
  readonly pieces: number | null;
  readonly over: number;
}

/**
 * Reads the coordinator's database beside it, as an auditor would, and knows its tables but none of its code. Each
 * method returns the first rule that is broken, or null.
 */
export class LedgerProbe {
  readonly #database: Database.Database;
  readonly #version;
  readonly #sums;
  readonly #tasks;
  readonly #assignments;
  readonly #ended = new Map<string, string>();

  constructor(file: string) {
    this.#database = new Database(file, { readonly: true });
    this.#version = this.#database.prepare<[], number>('PRAGMA data_version').pluck();
    this.#sums = this.#database.prepare<[], Record<'users' | 'systems' | 'escrow' | 'held' | 'negative', number>>(
      sumsSql,
    );
    this.#tasks = this.#database.prepare<[], TaskFacts>(tasksSql);
    this.#assignments = this.#database.prepare<[], AssignmentFacts>(assignmentsSql);
  }

  /** Changes whenever somebody else committed. */
  version(): number {
    return Number(this.#version.get());
  }

  /** After every commit: sums and signs. */
  quick(): string | null {
    const sums = this.#sums.get();
    if (sums === undefined) return 'There are no balances';
    if (sums.users + sums.systems !== 0) return `The accounts sum to ${sums.users + sums.systems}`;
    if (sums.negative > 0) return `${sums.negative} accounts are negative`;
    return sums.escrow === sums.held ? null : `Escrow is ${sums.escrow}, open tasks hold ${sums.held}`;
  }

  /** Everything that must be true between two commits. */
  full(): string | null {
    return this.quick() ?? this.#checkEntries() ?? this.#checkTasks() ?? this.#checkAssignments();
  }

  /** What must be true once everybody had time to finish. */
  atRest(): string | null {
    // A welcome waits a day for its guest, who may be unable to do it.
    const open = this.#tasks.all().filter(({ status, welcome }) => !isTaskOver(status) && welcome === 0);
    if (open.length > 0) return `${open.length} tasks never ended, such as ${open[0]?.task_id} (${open[0]?.status})`;
    const held = this.#value(`SELECT (SELECT SUM(escrow) FROM user_balances)
      - (SELECT COALESCE(SUM(hold), 0) FROM tasks WHERE welcome = 1 AND bill_status = 'held')`);
    return held === 0 ? null : `${held} are still held`;
  }

  hasTask(taskId: string): boolean {
    return this.#value('SELECT count(*) FROM tasks WHERE task_id = ?', taskId) === 1;
  }

  status(taskId: string): string {
    return String(this.#database.prepare('SELECT status FROM tasks WHERE task_id = ?').pluck().get(taskId));
  }

  held(taskId: string): number {
    return this.#value('SELECT hold FROM tasks WHERE task_id = ?', taskId);
  }

  /** Ids that the coordinator keeps of one assignment. */
  ids(assignmentId: string): number[] {
    const rows = this.#database
      .prepare<[string], { ids: Buffer }>('SELECT ids FROM chunks WHERE assignment_id = ? ORDER BY start')
      .all(assignmentId);
    return rows.flatMap(({ ids }) => Array.from({ length: ids.length / 4 }, (_, index) => ids.readUInt32LE(index * 4)));
  }

  assignmentStatus(assignmentId: string): AssignmentStatus | undefined {
    return this.#database
      .prepare<[string], AssignmentStatus>('SELECT status FROM assignments WHERE assignment_id = ?')
      .pluck()
      .get(assignmentId);
  }

  /** The answer a requester must have: the accepted segments of the last attempt, in order. */
  answer(taskId: string): string {
    const texts = this.#database
      .prepare<[string], string>(
        `SELECT chunks.text FROM assignments JOIN tasks USING (task_id) JOIN chunks USING (assignment_id)
         WHERE task_id = ? AND assignments.attempt = tasks.attempt AND accepted = 1
         ORDER BY assignments.start_index, assignments.assigned_at, assignment_id, start`,
      )
      .pluck()
      .all(taskId);
    return texts.join('');
  }

  /** Number of the last event that waits for a node; 0 when none does. */
  lastEvent(nodeId: string): number {
    return this.#value(`SELECT coalesce(max(seq), 0) FROM events WHERE stream = 'node:' || ?`, nodeId);
  }

  /** What each assignment of a node brought it, by the journal. */
  rewards(nodeId: string): { assignmentId: string; reward: number }[] {
    return this.#database
      .prepare<[string], { assignmentId: string; reward: number }>(
        `SELECT assignment_id AS assignmentId,
           COALESCE((SELECT SUM(amount) FROM legs WHERE legs.assignment_id = assignments.assignment_id AND counts = 'earned'), 0) AS reward
         FROM assignments WHERE node_id = ?`,
      )
      .all(nodeId);
  }

  close(): void {
    this.#database.close();
  }

  #value(sql: string, ...parameters: string[]): number {
    return Number(
      this.#database
        .prepare(sql)
        .pluck()
        .get(...parameters),
    );
  }

  #checkEntries(): string | null {
    const lopsided = this.#value('SELECT count(*) FROM (SELECT 1 FROM legs GROUP BY entry_id HAVING sum(amount) <> 0)');
    if (lopsided > 0) return `${lopsided} entries do not balance`;
    const wrong = this.#value(foldSql);
    return wrong === 0 ? null : `${wrong} balances are not what the journal says`;
  }

  #checkTasks(): string | null {
    for (const task of this.#tasks.all()) {
      const problem = taskProblem(task) ?? this.#moved(task);
      if (problem !== null) return `Task ${task.task_id} (${task.status}, ${task.bill_status}): ${problem}`;
    }
    return null;
  }

  /** Terminal states absorb: what ended once never changes. */
  #moved(task: TaskFacts): string | null {
    if (!isTaskOver(task.status)) return this.#ended.has(task.task_id) ? 'it had ended before' : null;
    const end = `${task.status} ${task.bill_status} ${task.cost} ${task.fee}`;
    const before = this.#ended.get(task.task_id) ?? end;
    this.#ended.set(task.task_id, end);
    return before === end ? null : `it ended as ${before} before, now as ${end}`;
  }

  #checkAssignments(): string | null {
    const covered = new Map<string, number>();
    for (const assignment of this.#assignments.all()) {
      const problem = assignmentProblem(assignment, covered);
      if (problem !== null) return `Assignment ${assignment.assignment_id} (${assignment.status}): ${problem}`;
    }
    return null;
  }
}

function taskProblem(task: TaskFacts): string | null {
  const over = isTaskOver(task.status);
  if (over === (task.bill_status === 'held')) return 'bill and state disagree';
  if (task.holds !== (task.hold > 0 ? 1 : 0)) return `it was held ${task.holds} times`;
  if (task.ends !== (over && task.hold > 0 ? 1 : 0)) return `its bill ended ${task.ends} times`;
  if (task.cost > task.hold) return `it cost ${task.cost} of ${task.hold}`;
  if (over && task.cost !== task.rewards + task.fee)
    return `cost ${task.cost}, rewards ${task.rewards}, fee ${task.fee}`;
  return task.bill_status === 'refunded' && task.cost !== 0 ? 'refunded, yet it cost something' : null;
}

function assignmentProblem(assignment: AssignmentFacts, covered: Map<string, number>): string | null {
  const { accepted, reward, rewarded, start_index: start, status, stored } = assignment;
  if (assignment.over === 1 && !isAssignmentOver(status)) return 'its task is over';
  if (rewarded > 1) return `it was paid ${rewarded} times`;
  if (rewarded === 0 && reward > 0) return 'its reward was never paid';
  if (status === 'rejected' && reward > 0) return 'it was refused, yet paid';
  if ((assignment.pieces ?? 0) !== stored) return `${stored} ids stored, ${assignment.pieces} there`;
  if (accepted !== 1) return null;
  const key = `${assignment.task_id} ${assignment.attempt}`;
  const from = covered.get(key) ?? 0;
  if (start !== from) return `it is accepted from position ${start}, the answer before it ends at ${from}`;
  covered.set(key, start + stored);
  return null;
}

const sumsSql = `
SELECT (SELECT COALESCE(SUM(available + escrow + stake + pending), 0) FROM user_balances) AS users,
  (SELECT COALESCE(SUM(amount), 0) FROM system_balances) AS systems,
  (SELECT COALESCE(SUM(escrow), 0) FROM user_balances) AS escrow,
  (SELECT COALESCE(SUM(hold), 0) FROM tasks WHERE bill_status = 'held') AS held,
  (SELECT count(*) FROM user_balances WHERE min(available, escrow, stake, pending) < 0)
    + (SELECT count(*) FROM system_balances WHERE amount < 0 AND account <> 'issuance') AS negative`;

const tasksSql = `
SELECT task_id, status, welcome, bill_status, hold, cost, fee, attempt,
  (SELECT count(*) FROM entries WHERE entries.task_id = tasks.task_id AND reference LIKE 'hold:%') AS holds,
  (SELECT count(*) FROM entries WHERE entries.task_id = tasks.task_id
    AND reference LIKE 'end:%') AS ends,
  (SELECT COALESCE(SUM(reward), 0) FROM assignments WHERE assignments.task_id = tasks.task_id) AS rewards
FROM tasks`;

const assignmentsSql = `
SELECT assignment_id, task_id, assignments.attempt, assignments.status, accepted, start_index, stored, reward,
  (SELECT count(*) FROM legs WHERE legs.assignment_id = assignments.assignment_id AND counts = 'earned') AS rewarded,
  (SELECT SUM(length(ids) / 4) FROM chunks WHERE chunks.assignment_id = assignments.assignment_id) AS pieces,
  tasks.status IN ('completed', 'failed', 'cancelled', 'expired') AS over
FROM assignments JOIN tasks USING (task_id) ORDER BY task_id, assignments.start_index, assignments.assigned_at, assignment_id`;

const foldSql = `
WITH folded AS (SELECT owner, part, SUM(amount) AS amount FROM legs GROUP BY owner, part),
kept AS (
  SELECT account_id AS owner, 'available' AS part, available AS amount FROM user_balances
  UNION ALL SELECT account_id, 'escrow', escrow FROM user_balances
  UNION ALL SELECT account_id, 'stake', stake FROM user_balances
  UNION ALL SELECT account_id, 'pending', pending FROM user_balances
  UNION ALL SELECT account, '', amount FROM system_balances)
SELECT (SELECT count(*) FROM kept LEFT JOIN folded USING (owner, part) WHERE kept.amount <> COALESCE(folded.amount, 0))
  + (SELECT count(*) FROM folded LEFT JOIN kept USING (owner, part) WHERE folded.amount <> COALESCE(kept.amount, 0))`;
