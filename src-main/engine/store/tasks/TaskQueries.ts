import type { TaskDetail, TaskFilter, TaskRow } from '#shared/api/history.ts';
import type { TaskRole } from '#shared/api/snapshot.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { taskTypes, type TaskType } from '#shared/domain/tasks/taskType.ts';
import type { z } from 'zod';
import { AssignmentStore, type AssignmentRecord } from './AssignmentStore.ts';
import { LedgerStore } from '#engine/store/money/LedgerStore.ts';
import { OwnTaskStore, type OwnTaskRecord } from './OwnTaskStore.ts';
import { nodeTimeline } from './nodeTimeline.ts';
import type { Db } from '#engine/store/storeContract.ts';

type Filter = z.output<typeof TaskFilter>;

interface ListRow {
  task_id: string;
  role: TaskRole;
  type: TaskType;
  status: string;
  preview: string | null;
  model_name: string | null;
  output_tokens: number;
  took_ms: number | null;
  quality: number | null;
  credits: string;
  partial: number;
  created_at: number;
  finished_at: number | null;
}

const ownRows = `SELECT task_id, 'requester' AS role, type, status, preview, model_name, output_tokens,
  finished_at - created_at AS took_ms, quality, CAST(credits AS TEXT) AS credits, partial, created_at, finished_at
  FROM own_tasks`;
const nodeRows = `SELECT task_id, 'node' AS role, type, status, NULL AS preview, model_name, count AS output_tokens,
  ended_at - started_at AS took_ms, quality, CAST(credits AS TEXT) AS credits,
  status = 'handed_over' AS partial, started_at AS created_at, ended_at AS finished_at FROM assignments`;

/** History of own tasks and of assignments, combined. */
export class TaskQueries {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** A page of matching tasks, newest first, and their total number. */
  list(swarmId: string, filter: Filter): { rows: TaskRow[]; total: number } {
    const sides = [
      ...(filter.role === 'node' ? [] : [side('requester', swarmId, filter)]),
      ...(filter.role === 'requester' ? [] : [side('node', swarmId, filter)]),
    ];
    const values = sides.flatMap((one) => one.values);
    const rows = this.#db
      .prepare<unknown[], ListRow>(
        `${sides.map((one) => one.sql).join(' UNION ALL ')} ORDER BY created_at DESC, task_id DESC LIMIT ? OFFSET ?`,
      )
      .all(...values, filter.limit, filter.offset);
    const total = this.#db
      .prepare<unknown[], { n: number }>(`SELECT ${sides.map((one) => `(${one.count})`).join(' + ')} AS n`)
      .get(...values);
    return { rows: rows.map(toRow), total: total?.n ?? 0 };
  }

  /** All about one task. Without `role`, an own task is seen from the requester's side. */
  detail(swarmId: string, taskId: string, role?: TaskRole): TaskDetail | undefined {
    const own = new OwnTaskStore(this.#db).get(swarmId, taskId);
    const assignments = new AssignmentStore(this.#db).ofTask(swarmId, taskId);
    const ledger = new LedgerStore(this.#db).ofTask(swarmId, taskId);
    const money = {
      entries: ledger.map((line) => line.entry),
      receiptsValid: ledger.some((line) => line.receiptValid !== null)
        ? ledger.every((line) => line.receiptValid !== false)
        : null,
    };
    if (own !== undefined && role !== 'node') return { ...ownDetail(own, new OwnTaskStore(this.#db)), ...money };
    const last = role === 'requester' ? undefined : assignments.at(-1);
    return last === undefined ? undefined : { ...nodeDetail(last, assignments), ...money };
  }
}

interface Side {
  readonly sql: string;
  readonly count: string;
  readonly values: readonly unknown[];
}

function side(role: TaskRole, swarmId: string, filter: Filter): Side {
  const created = role === 'requester' ? 'created_at' : 'started_at';
  const where = ['swarm_id = ?'];
  const values: unknown[] = [swarmId];
  if (filter.statuses !== undefined) {
    where.push(`status IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(filter.statuses));
  }
  if (filter.types !== undefined) {
    where.push(`type IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(filter.types));
  }
  if (filter.since !== undefined) {
    where.push(`${created} >= ?`);
    values.push(Math.round(filter.since));
  }
  if (filter.text !== undefined && filter.text !== '') {
    const columns = role === 'requester' ? ['submission', 'text', 'task_id'] : ['task_id'];
    const pattern = `%${filter.text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    where.push(`(${columns.map((column) => String.raw`${column} LIKE ? ESCAPE '\'`).join(' OR ')})`);
    // Prompts are stored as JSON, in which quotes and line breaks are escaped.
    const inJson = `%${JSON.stringify(filter.text)
      .slice(1, -1)
      .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    values.push(...columns.map((column) => (column === 'submission' ? inJson : pattern)));
  }
  const condition = where.join(' AND ');
  return {
    sql: `SELECT * FROM (${role === 'requester' ? ownRows : nodeRows} WHERE ${condition})`,
    count: `SELECT count(*) FROM ${role === 'requester' ? 'own_tasks' : 'assignments'} WHERE ${condition}`,
    values,
  };
}

function toRow(row: ListRow): TaskRow {
  return {
    taskId: row.task_id,
    role: row.role,
    type: row.type,
    status: row.status,
    preview: row.preview,
    modelName: row.model_name,
    outputTokens: row.output_tokens,
    tookMs: row.took_ms,
    quality: row.quality,
    credits: formatCredits(BigInt(row.credits)),
    partial: row.partial === 1,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

type DetailWithoutMoney = Omit<TaskDetail, 'entries' | 'receiptsValid'>;

function ownDetail(task: OwnTaskRecord, tasks: OwnTaskStore): DetailWithoutMoney {
  const { view, firstTokenAt, lastTokenAt } = task;
  // Without a submission the texts were deleted.
  const kept = task.submission === null ? null : (task.text ?? '');
  const text = task.over ? kept : tasks.answer(task.swarmId, task.taskId).text;
  return {
    taskId: task.taskId,
    role: 'requester',
    type: task.type,
    status: task.status,
    preview: task.preview,
    modelName: view?.modelName ?? null,
    outputTokens: task.outputTokens,
    tookMs: task.finishedAt === null ? null : task.finishedAt - task.createdAt,
    quality: view?.quality?.score ?? null,
    credits: task.credits,
    partial: task.partial,
    createdAt: task.createdAt,
    finishedAt: task.finishedAt,
    submission: task.submission,
    output: text,
    reason: task.reason,
    modelDigest: view?.modelDigest ?? null,
    other: view?.nodeName ?? null,
    otherId: view?.nodeId ?? null,
    fee: view?.fee ?? '0',
    quality5: view?.quality ?? null,
    timeline: view?.timeline ?? [{ at: task.createdAt, step: 'submitted', detail: '' }],
    firstTokenMs: firstTokenAt === null ? null : firstTokenAt - task.createdAt,
    tokensPerSecond: rate(task.outputTokens, firstTokenAt, lastTokenAt),
  };
}

function nodeDetail(last: AssignmentRecord, all: readonly AssignmentRecord[]): DetailWithoutMoney {
  return {
    taskId: last.taskId,
    role: 'node',
    type: last.type,
    status: last.status,
    preview: null,
    modelName: last.modelName,
    outputTokens: last.count,
    tookMs: last.endedAt === null ? null : last.endedAt - last.startedAt,
    quality: last.qualityRecord?.score ?? null,
    credits: last.credits,
    partial: last.status === 'handed_over',
    createdAt: last.startedAt,
    finishedAt: last.endedAt,
    submission: null,
    output: null,
    reason: last.reason,
    modelDigest: last.modelDigest,
    other: last.requester,
    otherId: null,
    fee: '0',
    quality5: last.qualityRecord,
    timeline: all.flatMap(nodeTimeline),
    firstTokenMs: last.firstTokenAt === null ? null : last.firstTokenAt - last.startedAt,
    tokensPerSecond: rate(last.count, last.firstTokenAt, last.endedAt),
  };
}

/** Tokens per second between the first and the last token; null when they are too few to tell. */
function rate(tokens: number, first: number | null, last: number | null): number | null {
  if (first === null || last === null || last <= first || tokens < 2) return null;
  return Math.round(((tokens - 1) / (last - first)) * 10_000) / 10;
}

/** The first non-empty line of a prompt, cut to fit a table row; the type's title when there is none. */
export function previewOf(type: TaskType, prompt: string): string {
  const line =
    prompt
      .split('\n')
      .find((one) => one.trim() !== '')
      ?.trim() ?? taskTypes[type].title;
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
