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
import { appendChunk } from '#coordinator/books/commands/appendChunk.ts';
import { assignTask } from '#coordinator/books/commands/assignTask.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import { endAssignment } from '#coordinator/books/commands/endAssignment.ts';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { finishTask } from '#coordinator/books/commands/finishTask.ts';
import { readAnswer, readAnswerFrom } from '#coordinator/books/readAnswer.ts';
import { releaseDue } from '#coordinator/books/commands/releaseDue.ts';
import { databaseFile, migrations } from './schema.ts';
import { submitTask } from '#coordinator/books/commands/submitTask.ts';
import { checkSwarm, prepareSwarm } from '#coordinator/books/commands/prepareSwarm.ts';
import { type Tables, prepareTables } from './Tables.ts';
import { viewOf } from '#coordinator/books/commands/tell.ts';

/** What a store needs of its coordinator. */
export interface CoordinatorStoreOptions {
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
 * Opens the coordinator's store on SQLite. Throws a SwarmError `storage_damaged`, `storage_full`, `storage_read_only`,
 * `unsupported_version`, or `wrong_swarm` when the folder belongs to another coordinator.
 */
export function openCoordinatorStore(options: CoordinatorStoreOptions): CoordinatorStore {
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
    return storeOver(database, { unit, tables, writer }, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Takes step after step, each a command of its own, until one finds nothing more to do; returns how much all did. */
async function untilNone(step: () => Promise<number>): Promise<number> {
  let done = 0;
  for (let some = await step(); some > 0; some = await step()) done += some;
  return done;
}

/** Texts deleted in one command, so that upkeep never holds up other work for long. */
const expiryBatch = 200;

/** What nodes have is deleted this often: a node that is told again what it has passes over it. */
const sweepEveryMs = 1000;

/** Plans to delete what was acknowledged, once for all that comes meanwhile. */
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
  { clock, soon }: Pick<CoordinatorStoreOptions, 'clock' | 'soon'>,
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

function storeOver(
  database: SqliteDatabase,
  { unit, tables, writer }: StoreParts,
  options: CoordinatorStoreOptions,
): CoordinatorStore {
  const { nodes, tasks, assignments, chunks, events, journal, balances } = tables;
  const listeners: Listener[] = [];
  const group = openCommits({ unit, tables, writer }, options, listeners);
  const sweepSoon = sweeping(options.clock, () => group.run(() => events.sweep()));
  const forgetText = (taskId: string): void => {
    tasks.forgetText(taskId);
    chunks.forget(
      taskId,
      assignments.ofTask(taskId).map(({ assignmentId }) => assignmentId),
    );
  };
  const expireSome = (before: number): number => {
    const old = tasks.withOldText(before, expiryBatch);
    for (const taskId of old) forgetText(taskId);
    return old.length;
  };

  return {
    enrolNode: (command) => group.run(() => enrolNode(tables, command)),
    saveToken: (token) => group.run(() => nodes.saveToken(token)),
    revokeToken: (jti) => group.run(() => nodes.revokeToken(jti)),
    isTokenValid: (jti, now) => nodes.isTokenValid(jti, now),
    node: (nodeId) => nodes.node(nodeId),
    account: (accountId) => nodes.account(accountId),
    audit: (line) => group.run(() => tables.audit.add(line)),

    submitTask: (task, now) => group.run(() => submitTask(tables, task, now)),
    assignTask: (assignment) => group.run(() => assignTask(tables, assignment)),
    appendChunk: (chunk) => group.run(() => appendChunk(tables, chunk)),
    endAssignment: (command) => group.run(() => endAssignment(tables, command)),
    finishTask: (command) => group.run(() => finishTask(tables, command)),
    releaseDue: (now) => untilNone(() => group.run(() => releaseDue(tables, now))),

    hasWelcome: (guest) => tasks.hasWelcome(guest),
    task: (taskId) => tasks.getWithText(taskId),
    view: (taskId) => {
      const task = tasks.get(taskId);
      return task === undefined ? undefined : viewOf(tables, task);
    },
    assignment: (assignmentId) => assignments.get(assignmentId),
    assignmentsOf: (taskId) => assignments.ofTask(taskId),
    segment: (assignmentId) => (assignments.get(assignmentId) === undefined ? undefined : chunks.segment(assignmentId)),
    answer: (taskId) => readAnswer(tables, taskId),
    answerFrom: (taskId, attempt, from) => readAnswerFrom(tables, taskId, attempt, from),
    openTasks: () => tasks.open(),
    tasksOf: (accountId, { limit, before }) =>
      tasks.ofAccount(accountId, limit, before).map((task) => viewOf(tables, task)),
    balances: (accountId) => balancesText(balances.user(accountId)),
    entries: (accountId, after, limit) => journal.entries(accountId, after, limit),
    emptyEnds: (nodeId, window) => assignments.emptyEnds(nodeId, window),

    events: (nodeId, after, limit) => events.read(nodeId, after, limit),
    acknowledgeEvents(nodeId, upTo) {
      events.acknowledge(nodeId, upTo);
      sweepSoon();
    },
    announce: (nodeId, event, now) => group.run(() => events.add(nodeId, event, now)),
    onEvents: (listener) => void listeners.push(listener),

    expireTexts: (before) => untilNone(() => group.run(() => expireSome(before))),
    forgetText: (taskId) => group.run(() => forgetText(taskId)),
    async close() {
      const swept = group.run(() => events.sweep()).catch(() => undefined);
      await group.close();
      await swept;
      await writer.close();
      database.close();
    },
  };
}
