import type { SqlValue, UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { writeJson } from '#coordinator/storage/sqlite/json.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';

/** Columns that never change. */
const fixed = {
  task_id: (task) => task.taskId,
  account_id: (task) => task.accountId,
  requester_node_id: (task) => task.requesterNodeId,
  body_hash: (task) => task.bodyHash,
  welcome: (task) => Number(task.welcome),
  only_node_id: (task) => task.onlyNodeId,
  type: (task) => task.type,
  language: (task) => task.language,
  privacy: (task) => task.privacy,
  audience: (task) => task.audience,
  priority: (task) => task.priority,
  prompt_bytes: (task) => task.promptBytes,
  max_tokens: (task) => task.maxTokens,
  model: (task) => task.model,
  tariff_quality: (task) => task.tariffQuality,
  demand_per_mille: (task) => task.demandPerMille,
  price_version: (task) => task.priceVersion,
  largest_size: (task) => task.largestSize,
  highest_level: (task) => task.highestLevel,
  parents: (task) => task.parents.join(' '),
  hold: (task) => task.hold,
  created_at: (task) => task.createdAt,
} satisfies Columns;

/** Columns that change while an answer arrives. */
const progress = {
  attempt: (task) => task.attempt,
  failures: (task) => task.failures,
  first_token_at: (task) => task.firstTokenAt,
} satisfies Columns;

/** Columns that change when a task is assigned, or waits for another node. */
const course = {
  status: (task) => task.status,
  assignments: (task) => task.assignments,
  reason: (task) => task.reason,
  expires_at: (task) => task.expiresAt,
  unblocked_at: (task) => task.unblockedAt,
  assigned_at: (task) => task.assignedAt,
} satisfies Columns;

/** Columns that change when a task ends. */
const end = {
  bill_status: (task) => task.billStatus,
  cost: (task) => task.cost,
  fee: (task) => task.fee,
  finish: (task) => task.finish,
  partial: (task) => Number(task.partial),
  quality: (task) => writeJson(task.quality),
  finished_at: (task) => task.finishedAt,
} satisfies Columns;

type Columns = Readonly<Record<string, (task: TaskRecord) => SqlValue>>;

const insert = statementOf({ ...fixed, ...progress, ...course, ...end }, (columns) => {
  const places = columns.map(() => '?').join(', ');
  return `INSERT INTO tasks (${columns.join(', ')}) VALUES (${places})`;
});
const updates = {
  progress: statementOf({ ...progress, task_id: fixed.task_id }, updateOf),
  course: statementOf({ ...progress, ...course, task_id: fixed.task_id }, updateOf),
  end: statementOf({ ...progress, ...course, ...end, task_id: fixed.task_id }, updateOf),
};

/** Notes the write of a new or changed task, of as few columns as did change: an index is touched only at its end. */
export function writeTask(unit: UnitOfWork, after: TaskRecord, before: TaskRecord | undefined): void {
  const { sql, values } = before === undefined ? insert : updates[changeOf(before, after)];
  unit.write(
    sql,
    values.map((value) => value(after)),
  );
}

function changeOf(before: TaskRecord, after: TaskRecord): keyof typeof updates {
  if (after.finishedAt !== null) return 'end';
  const isSame =
    before.status === after.status && before.assignments === after.assignments && before.reason === after.reason;
  return isSame ? 'progress' : 'course';
}

function statementOf(columns: Columns, sqlOf: (names: string[]) => string) {
  return { sql: sqlOf(Object.keys(columns)), values: Object.values(columns) };
}

/** The last column names the row. */
function updateOf(columns: string[]): string {
  const changed = columns.slice(0, -1).map((column) => `${column} = ?`);
  return `UPDATE tasks SET ${changed.join(', ')} WHERE ${String(columns.at(-1))} = ?`;
}
