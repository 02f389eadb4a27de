import type { BillStatus, Finish } from '#shared/domain/tasks/assignment.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Submission, type TaskStatus } from '#shared/domain/tasks/task.ts';
import { Rows } from '#coordinator/storage/commit/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { NewTask } from '#coordinator/books/commands/submitTask.ts';
import type { TaskPlace } from '#coordinator/books/Queries.ts';
import { readJson } from './json.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import { type TaskRow, taskOfRow } from './taskRow.ts';
import { writeTask } from './writeTask.ts';

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

/** Tasks that are remembered, without their texts; and letters of texts, which may be long. */
const most = { tasks: 20_000, letters: 8_000_000, guests: 1000 } as const;

/** The tables `tasks`, `task_parents`, `task_texts` and `welcomes`. */
export class TaskTable {
  readonly #unit: UnitOfWork;
  readonly #tasks: Rows<TaskRecord>;
  /** Submissions as JSON. */
  readonly #texts: Rows<string>;
  /** Welcome tasks by whom they are for. */
  readonly #welcomes: Rows<string>;
  /** Children that the group of commands which runs now brought, by parent. */
  readonly #newChildren = new Map<string, string[]>();
  readonly #statements;

  constructor(database: SqliteDatabase, unit: UnitOfWork) {
    const statements = prepareTaskStatements(database);
    this.#unit = unit;
    this.#statements = statements;
    this.#tasks = new Rows(unit, {
      most: most.tasks,
      read: (taskId) => recordOf(statements.get.get(taskId)),
      write: (_, after, before) => writeTask(unit, after, before),
    });
    this.#texts = new Rows(unit, {
      most: most.letters,
      sizeOf: (text) => text.length,
      read: (taskId) => statements.text.get(taskId),
      write: (taskId, text) => unit.write(insertText, [taskId, text]),
    });
    this.#welcomes = new Rows(unit, {
      most: most.guests,
      read: (who) => statements.welcome.get(who),
      write: (who, taskId) => unit.write(insertWelcome, [who, taskId]),
    });
  }

  /** The task without its text. */
  get(taskId: string): TaskRecord | undefined {
    return this.#tasks.get(taskId);
  }

  /** The task with its text, as long as there is one. */
  getWithText(taskId: string): TaskRecord | undefined {
    const task = this.#tasks.get(taskId);
    return task === undefined ? undefined : this.#withText(task);
  }

  /** Tasks that wait for this one. */
  children(taskId: string): string[] {
    return [...this.#statements.children.all(taskId), ...(this.#newChildren.get(taskId) ?? [])];
  }

  /** Everything that is not over, oldest first, with texts. */
  open(): TaskRecord[] {
    return this.#statements.open.all().map((row) => this.#withText(taskOfRow(row, null)));
  }

  /** An account's tasks, newest first. */
  ofAccount(accountId: string, limit: number, before: TaskPlace | null): TaskRecord[] {
    return this.#statements.ofAccount
      .all(accountId, before?.createdAt ?? Number.MAX_VALUE, before?.taskId ?? '', limit)
      .map((row) => taskOfRow(row, null));
  }

  /** Returns the task as it is stored, with its text. */
  insert(task: NewTask, status: TaskStatus): TaskRecord {
    const { taskId } = task;
    const record = newRecord(task, status);
    this.#tasks.insert(taskId, { ...record, submission: null });
    this.#texts.insert(taskId, JSON.stringify(task.submission));
    for (const [place, parent] of task.parents.entries()) this.#addChild(parent, taskId, place);
    return record;
  }

  /** Moves the expiry of all tasks that wait for a node, before any task is remembered. */
  postponeQueued(byMs: number): void {
    if (byMs > 0) this.#unit.write(postponeQueued, [Math.ceil(byMs)]);
  }

  unblock(taskId: string, now: number): void {
    this.#tasks.change(taskId, (task) => ({
      ...task,
      status: 'queued',
      unblockedAt: now,
      expiresAt: now + task.expiresAt - task.createdAt,
    }));
  }

  /** Counts one more assignment; the first one's time stays. */
  assigned(taskId: string, now: number): void {
    this.#tasks.change(taskId, (task) => ({
      ...task,
      status: 'running',
      assignments: task.assignments + 1,
      reason: null,
      assignedAt: task.assignedAt ?? now,
    }));
  }

  firstToken(taskId: string, now: number): void {
    this.#tasks.change(taskId, (task) => ({ ...task, firstTokenAt: task.firstTokenAt ?? now }));
  }

  /** Goes on after an assignment: `attempt` and `failures` grow by these. */
  continueWith(taskId: string, change: { status: TaskStatus; attempts: number; failures: number }): void {
    this.#tasks.change(taskId, (task) => ({
      ...task,
      status: change.status,
      attempt: task.attempt + change.attempts,
      failures: task.failures + change.failures,
    }));
  }

  end(taskId: string, end: TaskEnd): void {
    const { status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt } = end;
    const change = { status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt };
    this.#tasks.change(taskId, (task) => ({ ...task, ...change }));
    this.#unit.write(endText, [finishedAt, taskId]);
  }

  /** Notes that somebody has had the welcome task. */
  welcome(who: string, taskId: string): void {
    this.#welcomes.set(who, taskId);
  }

  hasWelcome(who: string): boolean {
    return this.#welcomes.get(who) !== undefined;
  }

  /** Deletes its text; prompts and chunks are deleted apart. */
  forgetText(taskId: string): void {
    this.#unit.write(deleteText, [taskId]);
    this.#texts.forget(taskId);
  }

  /** Tasks that ended before `before` and still have a text, at most `limit`. */
  withOldText(before: number, limit: number): string[] {
    return this.#statements.withOldText.all(before, limit);
  }

  #withText(task: TaskRecord): TaskRecord {
    return { ...task, submission: readJson(Submission, this.#texts.get(task.taskId) ?? null) };
  }

  #addChild(parent: string, taskId: string, place: number): void {
    const siblings = this.#newChildren.get(parent) ?? [];
    this.#newChildren.set(parent, siblings);
    siblings.push(taskId);
    this.#unit.undo(() => void siblings.pop());
    this.#unit.whenKept(() => void this.#newChildren.delete(parent));
    this.#unit.write(insertParent, [taskId, place, parent]);
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

function recordOf(row: TaskRow | undefined): TaskRecord | undefined {
  return row === undefined ? undefined : taskOfRow(row, null);
}

const insertText = 'INSERT INTO task_texts (task_id, submission) VALUES (?, ?)';
const endText = 'UPDATE task_texts SET ended_at = ? WHERE task_id = ?';
const postponeQueued = `UPDATE tasks SET expires_at = expires_at + ? WHERE finished_at IS NULL AND status = 'queued'`;
const deleteText = 'DELETE FROM task_texts WHERE task_id = ?';
const insertParent = 'INSERT INTO task_parents (task_id, place, parent_id) VALUES (?, ?, ?)';
const insertWelcome = 'INSERT INTO welcomes (who, task_id) VALUES (?, ?)';

function prepareTaskStatements(database: SqliteDatabase) {
  return {
    get: database.prepare<[string], TaskRow>('SELECT * FROM tasks WHERE task_id = ?').safeIntegers(),
    text: database.prepare<[string], string>('SELECT submission FROM task_texts WHERE task_id = ?').pluck(),
    children: database.prepare<[string], string>('SELECT task_id FROM task_parents WHERE parent_id = ?').pluck(),
    open: database
      .prepare<[], TaskRow>('SELECT * FROM tasks WHERE finished_at IS NULL ORDER BY created_at')
      .safeIntegers(),
    ofAccount: database
      .prepare<[string, number, string, number], TaskRow>(
        `SELECT * FROM tasks WHERE account_id = ? AND (created_at, task_id) < (?, ?)
         ORDER BY created_at DESC, task_id DESC LIMIT ?`,
      )
      .safeIntegers(),
    welcome: database.prepare<[string], string>('SELECT task_id FROM welcomes WHERE who = ?').pluck(),
    withOldText: database
      .prepare<[number, number], string>('SELECT task_id FROM task_texts WHERE ended_at < ? ORDER BY ended_at LIMIT ?')
      .pluck(),
  };
}
