import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openKeys } from '#coordinator/host/dataFolder.ts';
import { verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import { databaseFile } from '#coordinator/storage/sqlite/schema.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import { keyId } from '#node/keys/keys.ts';
import { verifyReceipt } from '#node/keys/receipt.ts';
import { systemClock } from '#node/systemClock.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { reputationOf } from '#shared/domain/swarm/reputation.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import { isTaskOver, TaskStatus } from '#shared/domain/tasks/task.ts';
import expected from '#test/fixtures/formats/v1/expected.json' with { type: 'json' };
import { copyOfVersion1 } from './copyOfVersion1.ts';

const allEvents = 1000;

/** Opens a coordinator's storage, which migrates it; closed at the latest when the test is over. */
function openCopy(data: string, isPrivate: boolean): Storage {
  const { swarmKey } = openKeys(data, isPrivate);
  const storage = openStorage({
    folder: data,
    clock: systemClock,
    swarmId: keyId('swm', swarmKey.publicKey),
    signingKey: swarmKey,
    private: isPrivate,
    incentives: 0n,
  });
  onTestFinished(() => storage.close());
  return storage;
}

/** The tables after the storage was opened once and closed. */
async function migratedTables(data: string, isPrivate: boolean): Promise<Database.Database> {
  await openCopy(data, isPrivate).close();
  const database = new Database(path.join(data, databaseFile));
  onTestFinished(() => void database.close());
  return database;
}

describe.for([
  { name: 'public swarm', folder: 'coordinator', isPrivate: false, facts: expected.coordinator },
  { name: 'private swarm', folder: 'home/swarm', isPrivate: true, facts: expected.privateSwarm },
])('data of a $name, written by version 1', ({ folder, isPrivate, facts }) => {
  const copy = (): string => path.join(copyOfVersion1(), folder);

  test('has a ledger that adds up, before and after its storage was opened', async () => {
    const data = copy();
    const sound = { ok: true, problems: [], entries: facts.journal.entries, tasks: facts.tasks.length, sum: '0' };
    expect(verifyLedger(data)).toMatchObject(sound);
    await openCopy(data, isPrivate).close();
    expect(verifyLedger(data)).toMatchObject(sound);
  });

  test('keeps the heads of journal and audit log, the receipts and the balances of the swarm itself', async () => {
    const tables = await migratedTables(copy(), isPrivate);
    const { journal, audit, receipts, systemBalances } = facts;
    const head = tables.prepare('SELECT entry_id AS id, hash FROM entries ORDER BY entry_id DESC LIMIT 1').get();
    expect(head).toEqual({ id: journal.headId, hash: Buffer.from(journal.headHash, 'base64url') });
    const lastLine = tables.prepare('SELECT line_id AS id, hash FROM audit ORDER BY line_id DESC LIMIT 1').get();
    expect(lastLine).toEqual({ id: audit.lines, hash: Buffer.from(audit.headHash, 'base64url') });
    const sums = tables.prepare('SELECT count(*) AS commits, sum(entries) AS receipts FROM commits').get();
    expect(sums).toEqual(receipts);
    const balances = tables
      .prepare<[], { account: string; amount: bigint }>('SELECT account, amount FROM system_balances')
      .safeIntegers()
      .all();
    expect(Object.fromEntries(balances.map(({ account, amount }) => [account, formatCredits(amount)]))).toEqual(
      systemBalances,
    );
  });

  test('keeps every account, node and token', async () => {
    const { queries } = openCopy(copy(), isPrivate);
    for (const { accountId, balances } of facts.accounts) {
      expect(await queries.account(accountId)).toMatchObject({ accountId });
      expect(await queries.balances(accountId)).toEqual(balances);
    }
    for (const { nodeId, score, level, unacknowledgedEvents, ...known } of facts.nodes) {
      const node = await queries.node(nodeId);
      expect(node).toMatchObject(known);
      // Scores are rounded to hundredths, so they are equal.
      expect(node && reputationOf(node.reputation, expected.writtenAt)).toMatchObject({ score, level });
      const waiting = await queries.events(nodeStream(nodeId), 0, allEvents);
      expect(waiting.map(({ seq }) => seq)).toEqual(unacknowledgedEvents);
    }
    for (const { jti, revoked } of facts.tokens) {
      expect(await queries.isTokenValid(jti, expected.writtenAt)).toBe(!revoked);
    }
  });

  test('keeps every task with its assignments, and what had arrived of an answer', async () => {
    const { queries } = openCopy(copy(), isPrivate);
    for (const { taskId, status, attempt, credits, assignments, answer } of facts.tasks) {
      expect(await queries.view(taskId)).toMatchObject({ status, attempt, credits });
      const found = (await queries.assignmentsOf(taskId)).map((each) => ({
        assignmentId: each.assignmentId,
        status: each.status,
        storedTokens: each.stored,
        reward: formatCredits(each.reward),
      }));
      expect(found).toEqual(assignments);
      expect(answer === null ? null : (await queries.answer(taskId)).text).toBe(answer);
    }
    const open = facts.tasks.filter(({ status }) => !isTaskOver(TaskStatus.parse(status))).map(({ taskId }) => taskId);
    expect((await queries.openTasks()).map(({ taskId }) => taskId)).toEqual(open);
  });
});

test('receipts of version 1, whose signed roots name no chain, are still valid', async () => {
  const data = path.join(copyOfVersion1(), 'coordinator');
  const { swarmKey } = openKeys(data, false);
  const { queries } = openCopy(data, false);
  const swarm = { swarmId: keyId('swm', swarmKey.publicKey), publicKey: swarmKey.publicKey };
  const valid: boolean[] = [];
  for (const { nodeId } of expected.coordinator.nodes) {
    const accountId = (await queries.node(nodeId))?.accountId ?? '';
    for (const { event } of await queries.events(nodeStream(nodeId), 0, allEvents)) {
      if (event.type !== 'ledger:entry') continue;
      const { entry, receipt } = event;
      expect(receipt.chain).toBeNull();
      valid.push(verifyReceipt({ ...swarm, accountId, entry, receipt }));
    }
  }
  expect(new Set(valid)).toEqual(new Set([true]));
});
