import { formatCredits, parseCredits } from '#shared/domain/money/credits.ts';
import { Submission, isTaskOver } from '#shared/domain/tasks/task.ts';
import { TaskView } from '#shared/domain/tasks/taskView.ts';
import { fromJson } from '#engine/store/sqlValues.ts';
import type { Db } from '#engine/store/storeContract.ts';

/** A task submitted on this machine. */
export interface OwnTaskRecord {
  readonly swarmId: string;
  readonly taskId: string;
  readonly type: Submission['type'];
  /** Null once its texts were deleted. */
  readonly submission: Submission | null;
  /** First line of the prompt. */
  readonly preview: string;
  /** `queued` until the coordinator reports another status. */
  readonly status: TaskView['status'];
  /** Whether the coordinator has stored it. */
  readonly acknowledged: boolean;
  readonly cancelRequested: boolean;
  readonly over: boolean;
  readonly attempt: number;
  readonly outputTokens: number;
  /** The complete answer once the task is over. */
  readonly text: string | null;
  readonly view: TaskView | null;
  readonly credits: string;
  readonly partial: boolean;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly firstTokenAt: number | null;
  readonly lastTokenAt: number | null;
  readonly finishedAt: number | null;
}

/** A stored part of an answer that is still arriving; `first` is the index of its first token. */
export interface AnswerPiece {
  readonly attempt: number;
  readonly first: number;
  readonly tokens: number;
  readonly text: string;
}

interface OwnTaskRow {
  swarm_id: string;
  task_id: string;
  type: Submission['type'];
  submission: string | null;
  preview: string;
  status: TaskView['status'];
  acknowledged: number;
  cancel_requested: number;
  over: number;
  attempt: number;
  output_tokens: number;
  text: string | null;
  view: string | null;
  credits: string;
  partial: number;
  reason: string | null;
  created_at: number;
  first_token_at: number | null;
  last_token_at: number | null;
  finished_at: number | null;
}

const columns = '*, CAST(credits AS TEXT) AS credits';

/** Tasks submitted on this machine, stored before they are sent and kept for ever; their texts are kept until the owner deletes them. */
export class OwnTaskStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(task: { swarmId: string; taskId: string; submission: Submission; preview: string; now: number }): void {
    this.#db
      .prepare(
        `INSERT INTO own_tasks (swarm_id, task_id, type, submission, preview, status, created_at)
         VALUES (?, ?, ?, ?, ?, 'queued', ?)`,
      )
      .run(task.swarmId, task.taskId, task.submission.type, JSON.stringify(task.submission), task.preview, task.now);
  }

  get(swarmId: string, taskId: string): OwnTaskRecord | undefined {
    const row = this.#db
      .prepare<[string, string], OwnTaskRow>(`SELECT ${columns} FROM own_tasks WHERE swarm_id = ? AND task_id = ?`)
      .get(swarmId, taskId);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Tasks that are not over, oldest first. */
  open(swarmId: string): OwnTaskRecord[] {
    return this.#db
      .prepare<[string], OwnTaskRow>(
        `SELECT ${columns} FROM own_tasks WHERE swarm_id = ? AND over = 0 ORDER BY created_at, task_id`,
      )
      .all(swarmId)
      .map(toRecord);
  }

  acknowledge(swarmId: string, taskId: string): void {
    this.#db.prepare('UPDATE own_tasks SET acknowledged = 1 WHERE swarm_id = ? AND task_id = ?').run(swarmId, taskId);
  }

  requestCancel(swarmId: string, taskId: string): void {
    this.#db
      .prepare('UPDATE own_tasks SET cancel_requested = 1 WHERE swarm_id = ? AND task_id = ?')
      .run(swarmId, taskId);
  }

  /** Deletes prompt and answer of a finished task; the rest of the record stays. */
  forgetText(swarmId: string, taskId: string): void {
    this.#db
      .prepare(
        `UPDATE own_tasks SET submission = NULL, text = NULL, preview = ''
         WHERE swarm_id = ? AND task_id = ? AND over = 1`,
      )
      .run(swarmId, taskId);
  }

  /** Deletes a task and its answer, for a task that was refused. */
  remove(swarmId: string, taskId: string): void {
    this.#db.prepare('DELETE FROM own_tasks WHERE swarm_id = ? AND task_id = ?').run(swarmId, taskId);
    this.#dropPieces(swarmId, taskId);
  }

  /** Ends a task that the coordinator never received. */
  endUnsent(task: {
    swarmId: string;
    taskId: string;
    status: 'cancelled' | 'failed';
    reason: string;
    now: number;
  }): void {
    this.#db
      .prepare(
        `UPDATE own_tasks SET status = ?, reason = ?, over = 1, finished_at = ?, text = ''
         WHERE swarm_id = ? AND task_id = ? AND over = 0`,
      )
      .run(task.status, task.reason, task.now, task.swarmId, task.taskId);
  }

  /** Stores a part of the answer and deletes those of other attempts. */
  addPiece(swarmId: string, taskId: string, piece: AnswerPiece, times: { first: number | null; last: number }): void {
    this.#db
      .prepare('DELETE FROM answer_pieces WHERE swarm_id = ? AND task_id = ? AND attempt <> ?')
      .run(swarmId, taskId, piece.attempt);
    this.#db
      .prepare(
        `INSERT INTO answer_pieces (swarm_id, task_id, attempt, first, tokens, text) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
      )
      .run(swarmId, taskId, piece.attempt, piece.first, piece.tokens, piece.text);
    this.#db
      .prepare(
        `UPDATE own_tasks SET attempt = ?, output_tokens = ?, first_token_at = coalesce(first_token_at, ?),
           last_token_at = ? WHERE swarm_id = ? AND task_id = ? AND over = 0`,
      )
      .run(piece.attempt, piece.first + piece.tokens, times.first, times.last, swarmId, taskId);
  }

  /** The stored part of an unfinished answer: the gapless beginning of its latest attempt. */
  answer(swarmId: string, taskId: string): { attempt: number; tokens: number; text: string } {
    const pieces = this.#db
      .prepare<[string, string], AnswerPiece>(
        `SELECT attempt, first, tokens, text FROM answer_pieces WHERE swarm_id = ? AND task_id = ?
         ORDER BY attempt DESC, first`,
      )
      .all(swarmId, taskId);
    const attempt = pieces[0]?.attempt ?? 0;
    let tokens = 0;
    let text = '';
    for (const piece of pieces) {
      if (piece.attempt !== attempt || piece.first !== tokens) break;
      tokens += piece.tokens;
      text += piece.text;
    }
    return { attempt, tokens, text };
  }

  /**
   * Stores the coordinator's view of a task; `text` is the complete answer, if it came with the view. A finished task
   * is not reopened.
   */
  applyView(swarmId: string, view: TaskView, text: string | null): void {
    const over = isTaskOver(view.status);
    const kept = over && text === null ? this.answer(swarmId, view.taskId).text || null : text;
    this.#db
      .prepare(
        `UPDATE own_tasks SET status = @status, acknowledged = 1, over = @over, attempt = max(attempt, @attempt),
           output_tokens = @tokens, text = coalesce(@text, text), view = @view, model_name = @modelName,
           credits = @credits, partial = @partial, quality = @quality, reason = @reason, finished_at = @finishedAt
         WHERE swarm_id = @swarmId AND task_id = @taskId AND (over = 0 OR @over = 1)`,
      )
      .run({
        swarmId,
        taskId: view.taskId,
        status: view.status,
        over: over ? 1 : 0,
        attempt: view.attempt,
        tokens: view.outputTokens,
        text: kept,
        view: JSON.stringify(view),
        modelName: view.modelName,
        credits: parseCredits(view.credits),
        partial: view.partial ? 1 : 0,
        quality: view.quality?.score ?? null,
        reason: view.reason,
        finishedAt: view.finishedAt === null ? null : Math.round(view.finishedAt),
      });
    if (over) this.#dropPieces(swarmId, view.taskId);
  }

  #dropPieces(swarmId: string, taskId: string): void {
    this.#db.prepare('DELETE FROM answer_pieces WHERE swarm_id = ? AND task_id = ?').run(swarmId, taskId);
  }
}

function toRecord(row: OwnTaskRow): OwnTaskRecord {
  return {
    swarmId: row.swarm_id,
    taskId: row.task_id,
    type: row.type,
    submission: fromJson(Submission, row.submission),
    preview: row.preview,
    status: row.status,
    acknowledged: row.acknowledged === 1,
    cancelRequested: row.cancel_requested === 1,
    over: row.over === 1,
    attempt: row.attempt,
    outputTokens: row.output_tokens,
    text: row.text,
    view: fromJson(TaskView, row.view),
    credits: formatCredits(BigInt(row.credits)),
    partial: row.partial === 1,
    reason: row.reason,
    createdAt: row.created_at,
    firstTokenAt: row.first_token_at,
    lastTokenAt: row.last_token_at,
    finishedAt: row.finished_at,
  };
}
