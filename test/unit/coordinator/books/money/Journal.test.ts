import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { system, user } from '#coordinator/books/money/accountNames.ts';
import { BalanceTable, NegativeBalanceError } from '#coordinator/books/money/BalanceTable.ts';
import type { NewEntry } from '#coordinator/books/money/entry.ts';
import { Journal, ReferenceUsedError } from '#coordinator/books/money/Journal.ts';
import { Receipts } from '#coordinator/books/money/Receipts.ts';
import { InlineWriter } from '#coordinator/storage/commit/InlineWriter.ts';
import { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { migrations } from '#coordinator/storage/sqlite/schema.ts';
import { createSigningKey } from '#node/keys.ts';
import { verifyReceipt } from '#node/receipt.ts';

describe('Journal', () => {
  const key = createSigningKey();
  const swarmId = `swm_${'a'.repeat(32)}`;
  let database: Database.Database;
  let balances: BalanceTable;
  let receipts: Receipts;
  let journal: Journal;
  let unit: UnitOfWork;

  /** Puts everything posted so far on the disk. */
  const commit = (): void => {
    receipts.seal();
    new InlineWriter(database).write(unit.seal());
    unit.keep();
    unit.begin();
  };

  beforeEach(() => {
    database = new Database(':memory:');
    for (const { sql } of migrations) database.exec(sql);
    unit = new UnitOfWork();
    balances = new BalanceTable(database, unit);
    receipts = new Receipts(database, unit, { swarmId, signingKey: key });
    journal = new Journal(database, unit, { balances, receipts });
    unit.begin();
    for (const account of ['acc_a', 'acc_b']) {
      database.prepare(`INSERT INTO accounts VALUES (?, '', 'user', 0)`).run(account);
      balances.open(account);
    }
  });
  afterEach(() => void database.close());

  const grant = (account: string, amount: bigint): NewEntry => ({
    at: 1,
    category: 'grant',
    reference: `grant:${account}`,
    taskId: null,
    nodeId: null,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -amount },
      { account: user(account, 'available'), amount, counts: 'granted' },
    ],
  });

  it('keeps the balances that it folds to, beyond the range of a double', () => {
    const amount = 2n ** 53n + 1n;
    const [posted] = journal.post(grant('acc_a', amount));
    expect(balances.user('acc_a')).toMatchObject({ available: amount, granted: amount, spent: 0n });
    expect(balances.system('issuance')).toBe(-amount);
    expect(posted?.balances.balance).toBe('9007199254.740993');
    expect(balances.user('acc_unknown').available).toBe(0n);
  });

  it('writes a reference once', () => {
    journal.post(grant('acc_a', 5n));
    expect(journal.has('grant:acc_a')).toBe(true);
    expect(journal.has('grant:acc_b')).toBe(false);
    expect(() => journal.post(grant('acc_a', 5n))).toThrow(ReferenceUsedError);
    commit();
    expect(journal.has('grant:acc_a')).toBe(true);
    journal.post(grant('acc_a', 5n));
    expect(commit).toThrow('UNIQUE');
  });

  it.each([
    ['a person', user('acc_a', 'available')],
    ['the treasury', system('treasury')],
  ])('lets nobody but issuance be negative: %s', (_, account) => {
    const entry = {
      ...grant('acc_b', 1n),
      legs: [
        { account, amount: -1n },
        { account: user('acc_b', 'available'), amount: 1n },
      ],
    };
    expect(() => journal.post(entry)).toThrow(NegativeBalanceError);
  });

  it('refuses accounts that were never opened', () => {
    expect(() => journal.post(grant('acc_c', 1n))).toThrow(RangeError);
  });

  it('writes nothing when nothing moves', () => {
    expect(journal.post(grant('acc_a', 0n))).toEqual([]);
    commit();
    expect(database.prepare('SELECT count(*) FROM entries').pluck().get()).toBe(0);
  });

  it('proves each entry to each account, also after a restart', () => {
    const posted = [...journal.post(grant('acc_a', 5n)), ...journal.post(grant('acc_b', 6n))];
    commit();
    journal.post({ ...grant('acc_a', 7n), reference: 'more' });
    commit();
    const reader = new Receipts(database, unit, { swarmId, signingKey: key });
    for (const { accountId, entry, entryHash, place } of posted) {
      const receipt = reader.read(place, entryHash);
      expect(receipt).toMatchObject({ commit: 1, entries: 2 });
      expect(verifyReceipt({ swarmId, publicKey: key.publicKey, accountId, entry, receipt })).toBe(true);
      const lie = { ...entry, available: '1000' };
      expect(verifyReceipt({ swarmId, publicKey: key.publicKey, accountId, entry: lie, receipt })).toBe(false);
    }
    expect(() => reader.read({ commit: 9, leaf: 0 }, '')).toThrow(RangeError);
  });

  it('forgets the receipts of a command that failed', () => {
    journal.post(grant('acc_a', 5n));
    const mark = unit.mark();
    receipts.add(new Uint8Array(32));
    unit.backTo(mark);
    commit();
    expect(receipts.read({ commit: 1, leaf: 0 }, 'x').entries).toBe(1);
  });

  it('reads an account page by page, oldest first', () => {
    for (let number = 1; number <= 5; number += 1) {
      journal.post({ ...grant('acc_a', BigInt(number)), reference: `a${number}` });
      journal.post({ ...grant('acc_b', 9n), reference: `b${number}` });
    }
    commit();
    const first = journal.entries('acc_a', 0, 3);
    expect(first).toMatchObject({
      more: true,
      entries: [{ available: '0.000001' }, { available: '0.000002' }, { available: '0.000003' }],
    });
    const last = journal.entries('acc_a', first.entries.at(-1)?.entryId ?? 0, 3);
    expect(last).toMatchObject({ more: false, entries: [{ available: '0.000004' }, { available: '0.000005' }] });
  });

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
    expect(new Journal(watched, unit, { balances, receipts }).entries('acc_a', 0, 3).entries).toEqual([]);
    const page = plans.find((plan) => plan.some((step) => step.includes('legs'))) ?? [];
    expect(page.filter((step) => /legs|entries|subquery/i.test(step))).toEqual([
      'CO-ROUTINE (subquery-1)',
      'SEARCH legs USING INDEX legs_by_owner (owner=? AND entry_id>?)',
      'SCAN (subquery-1)',
      'SEARCH entries USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH legs USING PRIMARY KEY (entry_id=?)',
    ]);
  });
});
