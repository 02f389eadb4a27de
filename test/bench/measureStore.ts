import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '#coordinator/books/Books.ts';
import { user } from '#coordinator/books/money/accountNames.ts';
import { type StorageDriver, openDriver } from '#test/helpers/storageDriver.ts';
import { GroupCommit } from '#engine/store/GroupCommit.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { openDatabase } from '#node/openDatabase.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import { systemClock } from '#node/systemClock.ts';
import {
  type Member,
  acceptedSegment,
  completion,
  enrolment,
  newAssignment,
  newChunk,
  newMember,
  newTask,
  ulidOf,
} from '#test/helpers/storeCommands.ts';

export interface StoreLoad {
  readonly milliseconds: number;
  /** Callers that each wait for their own durable answer. */
  readonly callers: number;
}

/** Runs with a folder of its own; the clock's timers keep no process alive, so something else must. */
async function inFolder<T>(workFolder: string, run: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(workFolder, { recursive: true });
  const folder = mkdtempSync(path.join(workFolder, 'store-'));
  const alive = setInterval(() => undefined, 1000);
  try {
    return await run(folder);
  } finally {
    clearInterval(alive);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Double-entry movements between two accounts a second, each with its hash and its receipt. */
export function measureTransfers(workFolder: string, load: StoreLoad): Promise<number> {
  return inFolder(workFolder, (folder) => transfers(folder, load));
}

/** The same moves as two plain updates with the same group commit: what SQLite and the disk allow without a ledger. */
export function measurePlainUpdates(workFolder: string, load: StoreLoad): Promise<number> {
  return inFolder(workFolder, (folder) => plainUpdates(folder, load));
}

/** Whole tasks a second: submit, assign, one chunk, end with settlement; both sides read and acknowledge their events. */
export function measureLifecycles(workFolder: string, load: StoreLoad): Promise<number> {
  return inFolder(workFolder, (folder) => lifecycles(folder, load));
}

async function plainUpdates(folder: string, load: StoreLoad): Promise<number> {
  const sql = 'CREATE TABLE balances (account INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT';
  const database = openDatabase({ file: path.join(folder, 'plain.db'), migrations: [{ name: 'plain', sql }] });
  database.exec('INSERT INTO balances VALUES (1, 1000000000), (2, 0)');
  const move = database.prepare('UPDATE balances SET amount = amount + ? WHERE account = ?');
  const group = new GroupCommit({ database, clock: systemClock });
  const perSecond = await repeat(load, () =>
    group.run(() => {
      move.run(-1, 1);
      move.run(1, 2);
    }),
  );
  group.close();
  database.close();
  return perSecond;
}

async function transfers(folder: string, load: StoreLoad): Promise<number> {
  const signingKey = createSigningKey();
  const swarmId = keyId('swm', signingKey.publicKey);
  const store = openDriver({ folder, clock: systemClock, swarmId, signingKey, private: true, incentives: 0n });
  const [from, to] = [newMember(), newMember()];
  await store.enrolNode(enrolment(from, '1000'));
  await store.enrolNode(enrolment(to, '1000'));
  const post = (number: number): Command<unknown> => ({
    kind: 'transfer',
    input: number,
    rows: { heads: ['journal'], userBalances: [from.accountId, to.accountId] },
    rule: ({ journal }) =>
      journal.post({
        at: number,
        category: 'correction',
        reference: `bench:${number}`,
        taskId: null,
        nodeId: null,
        priceVersion: null,
        legs: [
          { account: user(from.accountId, 'available'), amount: -1n },
          { account: user(to.accountId, 'available'), amount: 1n },
        ],
      }),
  });
  const perSecond = await repeat(load, (number) => store.storage.books.run(post(number)));
  await store.close();
  return perSecond;
}

async function lifecycles(folder: string, load: StoreLoad): Promise<number> {
  const signingKey = createSigningKey();
  const swarmId = keyId('swm', signingKey.publicKey);
  const store = openDriver({
    folder,
    clock: systemClock,
    swarmId,
    signingKey,
    private: true,
    incentives: 0n,
    writer: 'thread',
  });
  const members = Array.from({ length: 1024 }, newMember);
  await Promise.all(members.map((member) => store.enrolNode(enrolment(member, '1000000'))));
  const perSecond = await repeat(load, (number) => runTask(store, members, number));
  await store.close();
  return perSecond;
}

async function runTask(store: StorageDriver, members: readonly Member[], number: number): Promise<void> {
  const requester = members[number % members.length];
  const worker = members[(number * 7 + 1) % members.length];
  if (requester === undefined || worker === undefined) return;
  const now = Date.now();
  const task = newTask(requester, number, { createdAt: now, expiresAt: now + 20_000 });
  const assignmentId = ulidOf(2 ** 40 + number);
  await store.submitTask(task, now);
  await store.assignTask(newAssignment(task.taskId, worker, 2 ** 40 + number, { assignedAt: now }));
  await store.appendChunk(newChunk(assignmentId, 0, [1, 2, 3, 4, 5, 6, 7, 8]));
  await store.finishTask({ ...completion(task.taskId, [acceptedSegment(assignmentId)]), now: Date.now() });
  for (const { nodeId } of [requester, worker]) await acknowledgeAll(store, nodeId);
}

async function acknowledgeAll(store: StorageDriver, nodeId: string): Promise<void> {
  const stream = nodeStream(nodeId);
  const last = (await store.events(stream, 0, 100)).at(-1);
  if (last !== undefined) store.acknowledgeEvents(stream, last.seq);
}

/** Lets every caller repeat `step` until the time is over; returns how many were done per second. */
async function repeat(load: StoreLoad, step: (number: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let begun = 0;
  let done = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - start < load.milliseconds) {
      await step(begun++);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: load.callers }, caller));
  return (done * 1000) / (performance.now() - start);
}
