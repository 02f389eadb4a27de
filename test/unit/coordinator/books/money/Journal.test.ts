import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '#coordinator/books/Books.ts';
import { system, user } from '#coordinator/books/money/accountNames.ts';
import { NegativeBalanceError } from '#coordinator/books/money/Balances.ts';
import type { NewEntry } from '#coordinator/books/money/entry.ts';
import { type PostedEntry, ReferenceUsedError } from '#coordinator/books/money/Journal.ts';
import { CommitProof } from '#coordinator/books/money/CommitProof.ts';
import { entryPages } from '#coordinator/storage/sqlite/entryPages.ts';
import { ReceiptRows } from '#coordinator/storage/sqlite/ReceiptRows.ts';
import { migrations } from '#coordinator/storage/sqlite/schema.ts';
import { merkleTree } from '#node/keys/merkleTree.ts';
import { verifyReceipt } from '#node/keys/receipt.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import { memoryStorage } from '#test/helpers/memoryStorage.ts';
import { enrolment, newMember } from '#test/helpers/storeCommands.ts';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';

describe('Journal', () => {
  let storage: ReturnType<typeof memoryStorage>;
  const [one, two] = [newMember(), newMember()];

  const grant = (account: string, amount: bigint): NewEntry => ({
    at: 1,
    category: 'grant',
    reference: `test:${account}`,
    taskId: null,
    nodeId: null,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -amount },
      { account: user(account, 'available'), amount, counts: 'granted' },
    ],
  });

  /** Posts some entries in one command. */
  const post = (...entries: NewEntry[]): Promise<PostedEntry[]> => {
    const command: Command<PostedEntry[]> = {
      kind: 'post',
      input: entries,
      rows: {},
      rule: ({ journal }) => entries.flatMap((entry) => journal.post(entry)),
    };
    return storage.books.run(command);
  };

  beforeEach(async () => {
    storage = memoryStorage();
    for (const member of [one, two]) await storage.books.run(enrolNode(enrolment(member, '0')));
  });
  afterEach(() => storage.close());

  it('keeps the balances that it folds to, beyond the range of a double', async () => {
    const [posted] = await post(grant(one.accountId, 2n ** 53n + 1n));
    expect(posted?.balances.balance).toBe('9007199254.740993');
    expect(await storage.queries.balances(one.accountId)).toMatchObject({
      balance: '9007199254.740993',
      granted: '9007199254.740993',
      spent: '0',
    });
    expect(await storage.queries.balances('acc_unknown')).toMatchObject({ balance: '0' });
  });

  it('writes a reference once, in one command and in several', async () => {
    const entry = grant(one.accountId, 5n);
    await expect(post(entry, entry)).rejects.toBeInstanceOf(ReferenceUsedError);
    await post(entry);
    await expect(post(entry)).rejects.toBeInstanceOf(ReferenceUsedError);
    expect(await storage.queries.balances(one.accountId)).toMatchObject({ balance: '0.000005' });
  });

  it.each([
    ['a person', user(one.accountId, 'available')],
    ['the treasury', system('treasury')],
  ])('lets nobody but issuance be negative: %s', async (_, account) => {
    const legs = [
      { account, amount: -1n },
      { account: user(two.accountId, 'available'), amount: 1n },
    ];
    await expect(post({ ...grant(two.accountId, 1n), legs })).rejects.toBeInstanceOf(NegativeBalanceError);
  });

  it('refuses accounts that were never opened', async () => {
    await expect(post(grant('acc_c', 1n))).rejects.toBeInstanceOf(RangeError);
  });

  it('writes nothing when nothing moves', async () => {
    expect(await post(grant(one.accountId, 0n))).toEqual([]);
    expect(await storage.queries.entries(one.accountId, 0, 10)).toEqual({ entries: [], more: false });
  });

  it('proves each entry to each account', async () => {
    const proofs: SwarmEvent[] = [];
    for (const member of [one, two]) {
      await storage.books.run(enrolNode({ ...enrolment(member, '3'), now: 2000 }));
      const told = await storage.queries.events(nodeStream(member.nodeId), 0, 10);
      proofs.push(...told.map(({ event }) => event));
    }
    const { swarmId, signingKey } = storage;
    for (const [index, member] of [one, two].entries()) {
      const proof = proofs[index];
      if (proof?.type !== 'ledger:entry') throw new Error('There is no receipt');
      const { entry, receipt } = proof;
      expect(receipt).toMatchObject({ chain: 0, commit: index + 1, entries: 1 });
      const check = { swarmId, publicKey: signingKey.publicKey, accountId: member.accountId, entry, receipt };
      expect(verifyReceipt(check)).toBe(true);
      expect(verifyReceipt({ ...check, entry: { ...entry, available: '1000' } })).toBe(false);
    }
  });

  it('forgets the receipts of a command that failed', async () => {
    const failing = grant(one.accountId, 5n);
    const outcomes = await Promise.allSettled([post(failing, failing), post(grant(two.accountId, 6n))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ value: [{ place: { commit: 1, leaf: 0 } }] });
  });

  it('reads an account page by page, oldest first', async () => {
    for (let number = 1; number <= 5; number += 1) {
      const first = { ...grant(one.accountId, BigInt(number)), reference: `a${number}` };
      await post(first, { ...grant(two.accountId, 9n), reference: `b${number}` });
    }
    const first = await storage.queries.entries(one.accountId, 0, 3);
    expect(first).toMatchObject({
      more: true,
      entries: [{ available: '0.000001' }, { available: '0.000002' }, { available: '0.000003' }],
    });
    const last = await storage.queries.entries(one.accountId, first.entries.at(-1)?.entryId ?? 0, 3);
    expect(last).toMatchObject({ more: false, entries: [{ available: '0.000004' }, { available: '0.000005' }] });
  });
});

describe('the tables behind the journal', () => {
  let database: Database.Database;

  beforeEach(() => {
    database = new Database(':memory:');
    for (const { sql } of migrations) database.exec(sql);
  });
  afterEach(() => void database.close());

  it('looks at a page of entries alone for it, however long the history is', () => {
    const plans: string[][] = [];
    const watched = new Proxy(database, {
      get: (target, name) =>
        name === 'prepare'
          ? (sql: string) => {
              const explain = `EXPLAIN QUERY PLAN ${sql.replaceAll('?', "'x'")}`;
              plans.push(
                target
                  .prepare<[], { detail: string }>(explain)
                  .all()
                  .map(({ detail }) => detail),
              );
              return target.prepare(sql);
            }
          : (Reflect.get(target, name) as unknown),
    });
    expect(entryPages(watched)('acc_a', 0, 3).entries).toEqual([]);
    expect(plans[0]?.filter((step) => /legs|entries|subquery/i.test(step))).toEqual([
      'CO-ROUTINE (subquery-1)',
      'SEARCH legs USING INDEX legs_by_owner (owner=? AND entry_id>?)',
      'SCAN (subquery-1)',
      'SEARCH entries USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH legs USING PRIMARY KEY (entry_id=?)',
    ]);
  });

  it('read a receipt of any commit, and of none that was not stored', () => {
    const tree = merkleTree([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
    database.prepare('INSERT INTO commits (commit_id, entries, tree, signature) VALUES (7, 2, ?, ?)').run(tree, 'x');
    const rows = new ReceiptRows(database);
    const stored = { commitId: 7, chain: null, entries: 2, tree, signature: 'x' };
    expect(rows.read({ commit: 7, leaf: 1 }, 'hash')).toEqual(new CommitProof(stored).receipt(1, 'hash'));
    expect(() => rows.read({ commit: 9, leaf: 0 }, '')).toThrow(RangeError);
  });
});
