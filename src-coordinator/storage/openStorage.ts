import path from 'node:path';
import { Commits } from '#coordinator/storage/commit/Commits.ts';
import { InlineWriter } from '#coordinator/storage/commit/InlineWriter.ts';
import { makeFast } from '#coordinator/storage/commit/makeFast.ts';
import type { RowWriter } from '#coordinator/storage/commit/RowWriter.ts';
import { ThreadWriter } from '#coordinator/storage/commit/ThreadWriter.ts';
import { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { balancesText } from '#coordinator/books/money/BalanceTable.ts';
import type { SigningKey } from '#node/keys.ts';
import { type SqliteDatabase, openDatabase } from '#node/openDatabase.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { DirectReads, DirectStorage } from '#coordinator/books/CoordinatorStore.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { readAnswer, readAnswerFrom } from '#coordinator/books/readAnswer.ts';
import { databaseFile, migrations } from './sqlite/schema.ts';
import { checkSwarm, prepareSwarm } from '#coordinator/books/commands/prepareSwarm.ts';
import { type Tables, prepareTables } from './sqlite/Tables.ts';
import { viewOf } from '#coordinator/books/commands/tell.ts';

/** What a storage needs of its coordinator. */
export interface StorageOptions {
  /** The data folder; made when it is missing. `:memory:` keeps everything in memory. */
  readonly folder: string;
  readonly clock: Clock;
  readonly swarmId: string;
  /** The coordinator's own key: it signs the receipts, and its account pays welcome tasks. */
  readonly signingKey: SigningKey;
  /** Private swarms pay at once; public ones hold rewards back for a while. */
  readonly private: boolean;
  /** Put into `incentives` once, for welcome tasks. */
  readonly incentives: MicroCredits;
  /** Runs a function once, soon; `setImmediate` unless a simulation says otherwise. */
  readonly soon?: (run: () => void) => void;
  /** `thread` writes in a thread of its own, so that no fsync holds up the connections; here by default. */
  readonly writer?: 'here' | 'thread';
  /** How long the coordinator was down before this start, in milliseconds: tasks that wait for a node do not age by it. */
  readonly downMs?: number;
}

/**
 * Opens the coordinator's storage on SQLite. Throws a SwarmError `storage_damaged`, `storage_full`, `storage_read_only`,
 * `unsupported_version`, or `wrong_swarm` when the folder belongs to another coordinator.
 */
export function openStorage(options: StorageOptions): DirectStorage {
  const file = options.folder === ':memory:' ? ':memory:' : path.join(options.folder, databaseFile);
  const database = openDatabase({ file, migrations });
  try {
    makeFast(database);
    const unit = new UnitOfWork();
    const tables = prepareTables(database, unit, options);
    const here = new InlineWriter(database);
    checkSwarm(database, options);
    prepareSwarm(unit, tables, options);
    tables.tasks.postponeQueued(options.downMs ?? 0);
    here.write(unit.seal());
    unit.keep();
    const writer = options.writer === 'thread' && !database.memory ? new ThreadWriter(file) : here;
    return storageOver(database, { unit, tables, writer }, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What nodes have is deleted this often: a node that is told again what it has passes over it. */
const sweepEveryMs = 1000;

/** Schedules one sweep of acknowledged events; repeated calls coalesce. */
function sweeping(clock: Clock, sweep: () => Promise<void>): () => void {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    clock.setTimer(sweepEveryMs, () => {
      planned = false;
      // What could not be deleted now goes with a later sweep.
      sweep().catch(() => undefined);
    });
  };
}

interface StoreParts {
  readonly unit: UnitOfWork;
  readonly tables: Tables;
  readonly writer: RowWriter;
}

type Listener = (nodeIds: ReadonlySet<string>) => void;

/** A group ends with its receipts and events; when it is on the disk, those who push events are told. */
function openCommits(
  { unit, tables, writer }: StoreParts,
  { clock, soon }: Pick<StorageOptions, 'clock' | 'soon'>,
  listeners: readonly Listener[],
): Commits {
  return new Commits({
    unit,
    writer,
    clock,
    ...(soon === undefined ? {} : { soon }),
    beforeCommit: () => {
      tables.receipts.seal();
      tables.events.seal();
    },
    afterCommit: () => {
      const touched = tables.events.takeTouched();
      if (touched.size > 0) for (const listener of listeners) listener(touched);
    },
  });
}

function storageOver(
  database: SqliteDatabase,
  { unit, tables, writer }: StoreParts,
  options: StorageOptions,
): DirectStorage {
  const { events } = tables;
  const listeners: Listener[] = [];
  const group = openCommits({ unit, tables, writer }, options, listeners);
  const sweepSoon = sweeping(options.clock, () => group.run(() => events.sweep()));
  const reads = readsOver(tables);
  return {
    reads,
    queries: queriesOver(reads),
    books: { run: (command) => group.run(() => command.rule(tables)) },
    events: {
      acknowledgeEvents(nodeId, upTo) {
        events.acknowledge(nodeId, upTo);
        sweepSoon();
      },
      onEvents: (listener) => void listeners.push(listener),
    },
    async close() {
      const swept = group.run(() => events.sweep()).catch(() => undefined);
      await group.close();
      await swept;
      await writer.close();
      database.close();
    },
  };
}

function readsOver(tables: Tables): DirectReads {
  const { nodes, tasks, assignments, chunks, events, journal, balances } = tables;
  return {
    node: (nodeId) => nodes.node(nodeId),
    account: (accountId) => nodes.account(accountId),
    isTokenValid: (jti, now) => nodes.isTokenValid(jti, now),
    hasWelcome: (guest) => tasks.hasWelcome(guest),
    task: (taskId) => tasks.getWithText(taskId),
    view: (taskId) => {
      const task = tasks.get(taskId);
      return task === undefined ? undefined : viewOf(tables, task);
    },
    openTasks: () => tasks.open(),
    tasksOf: (accountId, { limit, before }) =>
      tasks.ofAccount(accountId, limit, before).map((task) => viewOf(tables, task)),
    assignment: (assignmentId) => assignments.get(assignmentId),
    assignmentsOf: (taskId) => assignments.ofTask(taskId),
    emptyEnds: (nodeId, window) => assignments.emptyEnds(nodeId, window),
    segment: (assignmentId) => (assignments.get(assignmentId) === undefined ? undefined : chunks.segment(assignmentId)),
    answer: (taskId) => readAnswer(tables, taskId),
    answerFrom: (taskId, attempt, from) => readAnswerFrom(tables, taskId, attempt, from),
    balances: (accountId) => balancesText(balances.user(accountId)),
    entries: (accountId, after, limit) => journal.entries(accountId, after, limit),
    events: (nodeId, after, limit) => events.read(nodeId, after, limit),
  };
}

/** Each read happens in the call itself; what it throws rejects. */
function queriesOver(reads: DirectReads): Queries {
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
    events: async (nodeId, after, limit) => reads.events(nodeId, after, limit),
  };
}
