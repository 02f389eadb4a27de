import type { AssignmentRecord, EmptyEnds, TaskRecord } from '#coordinator/books/records.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { EventBody } from '#coordinator/books/events/EventBody.ts';
import { balancesText } from '#coordinator/books/money/Balances.ts';
import { answerPart, joinAnswer, partsOf } from '#coordinator/books/tasks/readAnswer.ts';
import { taskView } from '#coordinator/books/tasks/taskView.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import type { ChunkTable } from './ChunkTable.ts';
import { entryPages } from './entryPages.ts';
import type { EventRows } from './EventRows.ts';
import { readJson } from './json.ts';
import type { ReceiptRows } from './ReceiptRows.ts';
import type { SqliteRows } from './rows/openRows.ts';
import { type TaskRow, taskOfRow } from './rows/taskRow.ts';

interface QueryTables {
  readonly rows: SqliteRows;
  readonly chunks: ChunkTable;
  readonly events: EventRows;
  readonly receipts: ReceiptRows;
}

/** The same reads, answered at once. */
type DirectReads = {
  readonly [K in keyof Queries]: (...given: Parameters<Queries[K]>) => Awaited<ReturnType<Queries[K]>>;
};

/** Reads of what is committed: remembered rows first, then SQLite. Each read happens in the call itself; what it throws rejects. */
export function sqliteQueries(database: SqliteDatabase, tables: QueryTables): Queries {
  const reads = readsOver(database, tables);
  return {
    node: async (nodeId) => reads.node(nodeId),
    account: async (accountId) => reads.account(accountId),
    isTokenValid: async (jti, now) => reads.isTokenValid(jti, now),
    hasWelcome: async (guest) => reads.hasWelcome(guest),
    task: async (taskId) => reads.task(taskId),
    view: async (taskId) => reads.view(taskId),
    openTasks: async () => reads.openTasks(),
    tasksOf: async (accountId, page) => reads.tasksOf(accountId, page),
    assignment: async (assignmentId) => reads.assignment(assignmentId),
    assignmentsOf: async (taskId) => reads.assignmentsOf(taskId),
    emptyEnds: async (nodeId, window) => reads.emptyEnds(nodeId, window),
    segment: async (assignmentId) => reads.segment(assignmentId),
    answer: async (taskId) => reads.answer(taskId),
    answerFrom: async (taskId, attempt, from) => reads.answerFrom(taskId, attempt, from),
    balances: async (accountId) => reads.balances(accountId),
    entries: async (accountId, after, limit) => reads.entries(accountId, after, limit),
    events: async (stream, after, limit) => reads.events(stream, after, limit),
  };
}

function readsOver(database: SqliteDatabase, { rows, chunks, events, receipts }: QueryTables): DirectReads {
  const statements = prepareQueries(database);
  const entries = entryPages(database);
  const { assignmentsOf, assignment, withText, viewOf, answerParts } = taskReads(rows);
  const completed = (taskId: string, known: TaskView | undefined): SwarmEvent => {
    const found = answerParts(taskId);
    const task = known ?? (found === undefined ? undefined : viewOf(found.task));
    if (task === undefined) throw new RangeError(`There is no task ${taskId}`);
    const text = (found?.parts ?? []).map((part) => chunks.text(part.assignmentId)).join('');
    return { type: 'task:completed', task, text };
  };
  const complete = (body: EventBody): SwarmEvent => {
    if (body.type === 'text-of') return completed(body.taskId, body.task);
    if (body.type !== 'receipt-of') return body;
    const { entry, balances, place, entryHash } = body;
    return { type: 'ledger:entry', entry, balances, receipt: receipts.read(place, entryHash) };
  };

  return {
    node: (nodeId) => rows.nodes.read(nodeId)?.record,
    account: (accountId) => rows.accounts.read(accountId),
    isTokenValid(jti, now) {
      const token = rows.tokens.read(jti);
      return token !== undefined && !token.revoked && token.expires > now;
    },
    hasWelcome: (guest) => rows.welcomes.read(guest) !== undefined,
    task(taskId) {
      const task = rows.tasks.read(taskId);
      return task === undefined ? undefined : withText(task);
    },
    view(taskId) {
      const task = rows.tasks.read(taskId);
      return task === undefined ? undefined : viewOf(task);
    },
    openTasks: () => statements.open.all().map((row) => withText(taskOfRow(row))),
    tasksOf: (accountId, { limit, before }) =>
      statements.ofAccount
        .all(accountId, before?.createdAt ?? Number.MAX_VALUE, before?.taskId ?? '', limit)
        .map((row) => viewOf(taskOfRow(row))),
    assignment,
    assignmentsOf,
    emptyEnds: (nodeId, { since, ofLast }) =>
      statements.emptyEnds.get({ nodeId, since, ofLast }) ?? { of: 0, empty: 0, lastAt: null },
    segment: (assignmentId) => (assignment(assignmentId) === undefined ? undefined : chunks.segment(assignmentId)),
    answer(taskId) {
      const found = answerParts(taskId);
      if (found === undefined) return { attempt: 0, ids: [], text: '', promptIds: [] };
      return joinAnswer(
        found.task,
        found.parts.map((part) => chunks.segment(part.assignmentId)),
      );
    },
    answerFrom(taskId, attempt, from) {
      const found = answerParts(taskId);
      if (found === undefined) return { attempt: 0, from: 0, tokens: 0, text: '' };
      const segments = found.parts.map(({ assignmentId, startIndex }) => ({
        startIndex,
        chunks: chunks.chunks(assignmentId),
      }));
      return answerPart(found.task, segments, { attempt, from });
    },
    balances: (accountId) => balancesText(rows.userBalances.read(accountId)),
    entries,
    events: (stream, after, limit) => events.read(stream, { after, limit }, complete),
  };
}

/** Reads that several queries about tasks share. */
function taskReads(rows: SqliteRows) {
  const assignmentsOf = (taskId: string): readonly AssignmentRecord[] => rows.assignments.read(taskId) ?? [];
  const withText = (task: TaskRecord): TaskRecord => ({
    ...task,
    submission: readJson(Submission, rows.texts.read(task.taskId) ?? null),
  });
  const viewOf = (task: TaskRecord): TaskView =>
    taskView(task, assignmentsOf(task.taskId), (nodeId) => rows.nodes.read(nodeId)?.record.pseudonym ?? null);
  const assignment = (assignmentId: string): AssignmentRecord | undefined => {
    const taskId = rows.tasksOfAssignments.read(assignmentId);
    if (taskId === undefined) return undefined;
    return assignmentsOf(taskId).find((each) => each.assignmentId === assignmentId);
  };
  const answerParts = (taskId: string): { task: TaskRecord; parts: AssignmentRecord[] } | undefined => {
    const task = rows.tasks.read(taskId);
    return task === undefined ? undefined : { task, parts: partsOf(task, assignmentsOf(taskId)) };
  };
  return { assignmentsOf, assignment, withText, viewOf, answerParts };
}

function prepareQueries(database: SqliteDatabase) {
  return {
    open: database
      .prepare<[], TaskRow>('SELECT * FROM tasks WHERE finished_at IS NULL ORDER BY created_at')
      .safeIntegers(),
    ofAccount: database
      .prepare<[string, number, string, number], TaskRow>(
        `SELECT * FROM tasks WHERE account_id = ? AND (created_at, task_id) < (?, ?)
         ORDER BY created_at DESC, task_id DESC LIMIT ?`,
      )
      .safeIntegers(),
    // Looks at the last `ofLast` that a node ended itself, up to the last of them since `since` that brought no token.
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
