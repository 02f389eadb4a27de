import path from 'node:path';
import { system } from '#coordinator/ledger/accountNames.ts';
import { balancesText } from '#coordinator/ledger/BalanceTable.ts';
import { GroupCommit } from '#node/GroupCommit.ts';
import type { SigningKey } from '#node/keys.ts';
import { type SqliteDatabase, openDatabase } from '#node/openDatabase.ts';
import type { MicroCredits } from '#shared/domain/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { appendChunk } from './appendChunk.ts';
import { assignTask } from './assignTask.ts';
import type { CoordinatorStore } from './CoordinatorStore.ts';
import type { EventLog } from './EventLog.ts';
import { endAssignment } from './endAssignment.ts';
import { enrolNode } from './enrolNode.ts';
import { finishTask } from './finishTask.ts';
import { readAnswer, readAnswerFrom } from './readAnswer.ts';
import { releaseDue } from './releaseDue.ts';
import { databaseFile, migrations } from './schema.ts';
import { submitTask } from './submitTask.ts';
import { type Tables, prepareTables } from './Tables.ts';
import { viewOf } from './tell.ts';

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
}

/**
 * Opens the coordinator's store on SQLite. Throws a SwarmError `storage_damaged`, `storage_full`, `storage_read_only`,
 * `unsupported_version`, or `wrong_swarm` when the folder belongs to another coordinator.
 */
export function openCoordinatorStore(options: CoordinatorStoreOptions): CoordinatorStore {
  const file = options.folder === ':memory:' ? ':memory:' : path.join(options.folder, databaseFile);
  const database = openDatabase({ file, migrations });
  try {
    const tables = prepareTables(database, options);
    database.transaction(() => prepareSwarm(database, tables, options))();
    return storeOver(database, tables, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** First start: the folder is bound to its swarm, and the swarm's own account and incentives come to be. */
function prepareSwarm(database: SqliteDatabase, tables: Tables, options: CoordinatorStoreOptions): void {
  const remember = database.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)');
  remember.run('swarmId', options.swarmId);
  remember.run('publicKey', options.signingKey.publicKey);
  const swarmId = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'swarmId'`).pluck().get();
  if (swarmId !== options.swarmId) {
    throw new SwarmError('wrong_swarm', `The data in ${options.folder} belongs to another coordinator.`);
  }
  const now = options.clock.now();
  const account = { accountId: tables.ownAccount, accountKey: options.signingKey.publicKey };
  tables.nodes.addAccount(account, ['admin'], now);
  tables.balances.open(tables.ownAccount);
  if (options.incentives <= 0n || tables.journal.has('funding')) return;
  tables.journal.post({
    at: now,
    category: 'incentive_funding',
    reference: 'funding',
    taskId: null,
    nodeId: null,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -options.incentives },
      { account: system('incentives'), amount: options.incentives },
    ],
  });
}

/** Texts deleted in one command, so that upkeep never holds up other work for long. */
const expiryBatch = 200;

/** Acknowledgements only delete: those that come before the next commit go along with it as one command. */
function acknowledgements(group: GroupCommit, events: EventLog): CoordinatorStore['acknowledgeEvents'] {
  let waiting = new Map<string, number>();
  let written: Promise<void> = Promise.resolve();
  return (nodeId, upTo) => {
    if (waiting.size === 0) {
      const gathered = waiting;
      const close = (): void => {
        if (waiting === gathered) waiting = new Map();
      };
      written = group.run(() => {
        close();
        for (const [node, seq] of gathered) events.acknowledge(node, seq);
      });
      // When the commit could not even begin; what is not deleted now goes with a later acknowledgement.
      written.catch(close);
    }
    waiting.set(nodeId, Math.max(upTo, waiting.get(nodeId) ?? 0));
    return written;
  };
}

function storeOver(database: SqliteDatabase, tables: Tables, options: CoordinatorStoreOptions): CoordinatorStore {
  const { nodes, tasks, assignments, chunks, events, journal, balances } = tables;
  const listeners: ((nodeIds: ReadonlySet<string>) => void)[] = [];
  const remembered = [nodes.remembered, nodes.accountsRemembered, tasks.remembered, assignments.remembered];
  const group = new GroupCommit({
    database,
    clock: options.clock,
    ...(options.soon === undefined ? {} : { soon: options.soon }),
    undo: [tables.receipts, events, ...remembered],
    beforeCommit: () => {
      tables.receipts.seal();
      events.seal();
    },
    afterCommit: () => {
      for (const rows of remembered) rows.settle();
      tables.receipts.next();
      const touched = events.takeTouched();
      if (touched.size > 0) for (const listener of listeners) listener(touched);
    },
  });
  const expireSome = (before: number): number => {
    const old = tasks.withOldText(before, expiryBatch);
    for (const taskId of old) tasks.forgetText(taskId);
    return old.length;
  };

  return {
    enrolNode: (command) => group.run(() => enrolNode(tables, command)),
    saveToken: (token) => group.run(() => nodes.saveToken(token)),
    revokeToken: (jti) => group.run(() => nodes.revokeToken(jti)),
    isTokenValid: (jti, now) => nodes.isTokenValid(jti, now),
    node: (nodeId) => nodes.node(nodeId),
    account: (accountId) => nodes.account(accountId),
    countEnrolments: (addressPrefix, since) => nodes.countEnrolments(addressPrefix, since),
    audit: (line) => group.run(() => tables.audit.add(line)),

    submitTask: (task, now) => group.run(() => submitTask(tables, task, now)),
    assignTask: (assignment) => group.run(() => assignTask(tables, assignment)),
    appendChunk: (chunk) => group.run(() => appendChunk(tables, chunk)),
    endAssignment: (command) => group.run(() => endAssignment(tables, command)),
    finishTask: (command) => group.run(() => finishTask(tables, command)),
    releaseDue: (now) => group.run(() => releaseDue(tables, now)),

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
    emptyEnds: (nodeId) => assignments.emptyEnds(nodeId),

    events: (nodeId, after, limit) => events.read(nodeId, after, limit),
    acknowledgeEvents: acknowledgements(group, events),
    announce: (nodeId, event, now) => group.run(() => events.add(nodeId, event, now)),
    onEvents: (listener) => void listeners.push(listener),

    async expireTexts(before) {
      let expired = 0;
      for (let some = -1; some !== 0; expired += some) some = await group.run(() => expireSome(before));
      return expired;
    },
    forgetText: (taskId) => group.run(() => tasks.forgetText(taskId)),
    close() {
      group.close();
      database.close();
      return Promise.resolve();
    },
  };
}
