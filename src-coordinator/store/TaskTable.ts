import type { BillStatus, Finish } from '#shared/domain/assignment.ts';
import type { MicroCredits } from '#shared/domain/credits.ts';
import type { QualityRecord } from '#shared/domain/quality.ts';
import type { TaskStatus } from '#shared/domain/task.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { NewTask } from './CoordinatorStore.ts';
import { writeJson } from './json.ts';
import type { TaskRecord } from './records.ts';
import { RowCache } from './RowCache.ts';
import { type TaskRow, taskOfRow } from './taskRow.ts';

/** How a task ended, as its row keeps it. */
export interface TaskEnd {
  readonly status: TaskStatus;
  readonly billStatus: BillStatus;
  readonly cost: MicroCredits;
  readonly fee: MicroCredits;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  readonly finishedAt: number;
}

/** Tasks that are remembered, without their texts. */
const mostRemembered = 20_000;

/** The tables `tasks`, `task_parents`, `task_texts` and `welcomes`. */
export class TaskTable {
  readonly remembered: RowCache<TaskRecord>;
  readonly #statements;

  constructor(database: SqliteDatabase) {
    this.remembered = new RowCache(mostRemembered, () => database.inTransaction);
    this.#statements = prepareTaskStatements(database);
  }

  /** The task without its text. */
  get(taskId: string): TaskRecord | undefined {
    const known = this.remembered.get(taskId);
    if (known !== undefined) return known;
    const row = this.#statements.get.get(taskId);
    if (row === undefined) return undefined;
    const task = taskOfRow(row, null);
    this.remembered.set(taskId, task);
    return task;
  }

  /** The task with its text, as long as there is one. */
  getWithText(taskId: string): TaskRecord | undefined {
    const row = this.#statements.get.get(taskId);
    return row === undefined ? undefined : this.#withText(row);
  }

  /** Tasks that wait for this one. */
  children(taskId: string): string[] {
    return this.#statements.children.all(taskId);
  }

  /** Everything that is not over, oldest first, with texts. */
  open(): TaskRecord[] {
    return this.#statements.open.all().map((row) => this.#withText(row));
  }

  /** An account's tasks, newest first. */
  ofAccount(accountId: string, limit: number, before: number | null): TaskRecord[] {
    return this.#statements.ofAccount
      .all(accountId, before ?? Number.MAX_VALUE, limit)
      .map((row) => taskOfRow(row, null));
  }

  /** Returns the task as it is stored, with its text. */
  insert(task: NewTask, status: TaskStatus): TaskRecord {
    const { taskId } = task;
    this.#statements.insert.run({
      ...task,
      status,
      model: task.model ?? null,
      welcome: task.welcome ? 1 : 0,
      parents: task.parents.join(' '),
    });
    task.parents.forEach((parent, place) => this.#statements.insertParent.run(taskId, place, parent));
    this.#statements.insertText.run(taskId, JSON.stringify(task.submission));
    const record = newRecord(task, status);
    this.remembered.set(taskId, { ...record, submission: null });
    return record;
  }

  setStatus(taskId: string, status: TaskStatus, reason: string | null): void {
    this.#statements.setStatus.run(status, reason, taskId);
    this.remembered.change(taskId, (task) => ({ ...task, status, reason }));
  }

  unblock(taskId: string, now: number): void {
    this.#statements.unblock.run(now, now, taskId);
    this.remembered.drop(taskId);
  }

  /** Counts one more assignment; the first one's time stays. */
  assigned(taskId: string, now: number): void {
    this.#statements.assigned.run(now, taskId);
    this.remembered.change(taskId, (task) => ({
      ...task,
      status: 'running',
      assignments: task.assignments + 1,
      reason: null,
      assignedAt: task.assignedAt ?? now,
    }));
  }

  firstToken(taskId: string, now: number): void {
    this.#statements.firstToken.run(now, taskId);
    this.remembered.change(taskId, (task) => ({ ...task, firstTokenAt: task.firstTokenAt ?? now }));
  }

  /** Goes on after an assignment: `attempt` and `failures` grow by these. */
  continueWith(taskId: string, change: { status: TaskStatus; attempts: number; failures: number }): void {
    this.#statements.continueWith.run(change.status, change.attempts, change.failures, taskId);
    this.remembered.drop(taskId);
  }

  end(taskId: string, end: TaskEnd): void {
    const { status, billStatus, cost, fee, finish, reason, finishedAt } = end;
    const [partial, quality] = [end.partial ? 1 : 0, writeJson(end.quality)];
    this.#statements.end.run(status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt, taskId);
    this.#statements.endText.run(end.finishedAt, taskId);
    this.remembered.change(taskId, (task) => ({
      ...task,
      status,
      billStatus,
      cost,
      fee,
      finish,
      partial: end.partial,
      quality: end.quality,
      reason,
      finishedAt,
    }));
  }

  /** Notes that somebody has had the welcome task; false when it was so before. */
  welcome(who: string, taskId: string): boolean {
    return this.#statements.welcome.run(who, taskId).changes === 1;
  }

  hasWelcome(who: string): boolean {
    return this.#statements.hasWelcome.get(who) !== undefined;
  }

  forgetText(taskId: string): void {
    for (const statement of this.#statements.forget) statement.run(taskId);
  }

  /** Tasks that ended before `before` and still have a text, at most `limit`. */
  withOldText(before: number, limit: number): string[] {
    return this.#statements.withOldText.all(before, limit);
  }

  #withText(row: TaskRow): TaskRecord {
    return taskOfRow(row, this.#statements.text.get(row.task_id) ?? null);
  }
}

/** A task as it is right after it was stored. */
function newRecord(task: NewTask, status: TaskStatus): TaskRecord {
  return {
    ...task,
    status,
    billStatus: 'held',
    cost: 0n,
    fee: 0n,
    attempt: 0,
    failures: 0,
    assignments: 0,
    finish: null,
    partial: false,
    quality: null,
    reason: null,
    unblockedAt: null,
    assignedAt: null,
    firstTokenAt: null,
    finishedAt: null,
  };
}

function prepareTaskStatements(database: SqliteDatabase) {
  const open = `status IN ('blocked', 'queued', 'running')`;
  return {
    get: database.prepare<[string], TaskRow>('SELECT * FROM tasks WHERE task_id = ?').safeIntegers(),
    text: database.prepare<[string], string>('SELECT submission FROM task_texts WHERE task_id = ?').pluck(),
    children: database.prepare<[string], string>('SELECT task_id FROM task_parents WHERE parent_id = ?').pluck(),
    open: database.prepare<[], TaskRow>(`SELECT * FROM tasks WHERE ${open} ORDER BY created_at`).safeIntegers(),
    ofAccount: database
      .prepare<[string, number, number], TaskRow>(
        'SELECT * FROM tasks WHERE account_id = ? AND created_at < ? ORDER BY created_at DESC, task_id DESC LIMIT ?',
      )
      .safeIntegers(),
    insert: database.prepare(
      `INSERT INTO tasks (task_id, account_id, requester_node_id, body_hash, status, bill_status, welcome, only_node_id,
         type, language, privacy, audience, priority, prompt_bytes, max_tokens, model, tariff_quality,
         demand_per_mille, price_version, largest_size, highest_level, parents, hold, created_at, expires_at)
       VALUES (:taskId, :accountId, :requesterNodeId, :bodyHash, :status, 'held', :welcome, :onlyNodeId,
         :type, :language, :privacy, :audience, :priority, :promptBytes, :maxTokens, :model, :tariffQuality,
         :demandPerMille, :priceVersion, :largestSize, :highestLevel, :parents, :hold, :createdAt, :expiresAt)`,
    ),
    insertParent: database.prepare('INSERT INTO task_parents (task_id, place, parent_id) VALUES (?, ?, ?)'),
    insertText: database.prepare('INSERT INTO task_texts (task_id, submission) VALUES (?, ?)'),
    setStatus: database.prepare('UPDATE tasks SET status = ?, reason = ? WHERE task_id = ?'),
    unblock: database.prepare(
      `UPDATE tasks SET status = 'queued', unblocked_at = ?, expires_at = ? + expires_at - created_at WHERE task_id = ?`,
    ),
    assigned: database.prepare(
      `UPDATE tasks SET status = 'running', assignments = assignments + 1, reason = NULL,
         assigned_at = coalesce(assigned_at, ?) WHERE task_id = ?`,
    ),
    firstToken: database.prepare('UPDATE tasks SET first_token_at = ? WHERE task_id = ? AND first_token_at IS NULL'),
    continueWith: database.prepare(
      'UPDATE tasks SET status = ?, attempt = attempt + ?, failures = failures + ? WHERE task_id = ?',
    ),
    end: database.prepare(
      `UPDATE tasks SET status = ?, bill_status = ?, cost = ?, fee = ?, finish = ?, partial = ?, quality = ?,
         reason = ?, finished_at = ? WHERE task_id = ?`,
    ),
    endText: database.prepare('UPDATE task_texts SET ended_at = ? WHERE task_id = ?'),
    welcome: database.prepare('INSERT OR IGNORE INTO welcomes (who, task_id) VALUES (?, ?)'),
    hasWelcome: database.prepare<[string], number>('SELECT 1 FROM welcomes WHERE who = ?').pluck(),
    forget: [
      `DELETE FROM task_texts WHERE task_id = ?`,
      `DELETE FROM prompts WHERE assignment_id IN (SELECT assignment_id FROM assignments WHERE task_id = ?)`,
      `DELETE FROM chunks WHERE assignment_id IN (SELECT assignment_id FROM assignments WHERE task_id = ?)`,
    ].map((sql) => database.prepare<[string]>(sql)),
    withOldText: database
      .prepare<[number, number], string>('SELECT task_id FROM task_texts WHERE ended_at < ? ORDER BY ended_at LIMIT ?')
      .pluck(),
  };
}
