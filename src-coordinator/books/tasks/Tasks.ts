import type { Appends } from '#coordinator/books/Appends.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import type { NewTask, TaskRecord } from '#coordinator/books/records.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { BillStatus, Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Submission, type TaskStatus } from '#shared/domain/tasks/task.ts';

/** How a task ended, as stored in its row. */
export interface TaskEnd {
  readonly status: TaskStatus;
  readonly billStatus: BillStatus;
  readonly cost: MicroCredits;
  readonly fee: MicroCredits;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  /** UTC milliseconds. */
  readonly finishedAt: number;
}

type TaskRows = Pick<Rows, 'tasks' | 'texts' | 'children' | 'welcomes'>;

/** Tasks, their graph, and the welcome tasks given so far. */
export class Tasks {
  readonly #rows: TaskRows;
  readonly #appends: Appends;

  constructor(rows: TaskRows, appends: Appends) {
    this.#rows = rows;
    this.#appends = appends;
  }

  /** The task without its text. */
  get(taskId: string): TaskRecord | undefined {
    return this.#rows.tasks.get(taskId);
  }

  /** The task, with its text while that is kept. */
  getWithText(taskId: string): TaskRecord | undefined {
    const task = this.get(taskId);
    const text = this.#rows.texts.get(taskId);
    return task === undefined || text === undefined
      ? task
      : { ...task, submission: Submission.parse(JSON.parse(text)) };
  }

  /** Tasks that wait for this one. */
  children(taskId: string): readonly string[] {
    return this.#rows.children.get(taskId) ?? [];
  }

  /** Returns the task as it is stored, with its text. */
  insert(task: NewTask, status: TaskStatus): TaskRecord {
    const { taskId } = task;
    const record = newRecord(task, status);
    this.#rows.tasks.insert(taskId, { ...record, submission: null });
    this.#rows.texts.insert(taskId, JSON.stringify(task.submission));
    this.#rows.children.insert(taskId, []);
    for (const [place, parentId] of task.parents.entries()) {
      this.#rows.children.set(parentId, [...this.children(parentId), taskId]);
      this.#appends.parent({ taskId, place, parentId });
    }
    return record;
  }

  unblock(taskId: string, now: number): void {
    this.#rows.tasks.change(taskId, (task) => ({
      ...task,
      status: 'queued',
      unblockedAt: now,
      expiresAt: now + task.expiresAt - task.createdAt,
    }));
  }

  /** Counts one more assignment; `assignedAt` keeps the time of the first. */
  assigned(taskId: string, now: number): void {
    this.#rows.tasks.change(taskId, (task) => ({
      ...task,
      status: 'running',
      assignments: task.assignments + 1,
      reason: null,
      assignedAt: task.assignedAt ?? now,
    }));
  }

  firstToken(taskId: string, now: number): void {
    this.#rows.tasks.change(taskId, (task) => ({ ...task, firstTokenAt: task.firstTokenAt ?? now }));
  }

  /** Continues a task after an assignment: `attempts` and `failures` are added to the task's own. */
  continueWith(taskId: string, change: { status: TaskStatus; attempts: number; failures: number }): void {
    this.#rows.tasks.change(taskId, (task) => ({
      ...task,
      status: change.status,
      attempt: task.attempt + change.attempts,
      failures: task.failures + change.failures,
    }));
  }

  end(taskId: string, end: TaskEnd): void {
    const { status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt } = end;
    const change = { status, billStatus, cost, fee, finish, partial, quality, reason, finishedAt };
    this.#rows.tasks.change(taskId, (task) => ({ ...task, ...change }));
    this.#appends.textEnded(taskId, finishedAt);
  }

  /** Records the welcome task of a node or an account. */
  welcome(who: string, taskId: string): void {
    this.#rows.welcomes.insert(who, taskId);
  }

  hasWelcome(who: string): boolean {
    return this.#rows.welcomes.get(who) !== undefined;
  }

  /** Deletes the submission; prompts and answers are deleted separately. */
  forgetText(taskId: string): void {
    this.#rows.texts.remove(taskId);
  }
}

/** A newly stored task, which nobody has worked on. */
export function newRecord(task: NewTask, status: TaskStatus): TaskRecord {
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
