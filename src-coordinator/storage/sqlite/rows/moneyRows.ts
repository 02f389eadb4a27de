import type { Column, UserBalances } from '#coordinator/books/records.ts';
import type { ChainHead } from '#coordinator/books/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { type RowSource, writesNothing } from './RowSource.ts';

const columns: readonly Column[] = [
  'available',
  'escrow',
  'stake',
  'pending',
  'granted',
  'earned',
  'spent',
  'withdrawn',
];
const insertUser = `INSERT INTO user_balances (${columns.join(', ')}, account_id)
  VALUES (${columns.map(() => '?').join(', ')}, ?)`;
const updateUser = `UPDATE user_balances SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE account_id = ?`;
const updateSystem = 'UPDATE system_balances SET amount = ? WHERE account = ?';
const insertPair = 'INSERT INTO settled_pairs (count, node_id, account_id) VALUES (?, ?, ?)';
const updatePair = 'UPDATE settled_pairs SET count = ? WHERE node_id = ? AND account_id = ?';
const setLastEvent = `INSERT INTO meta (key, value) VALUES ('lastEvent', ?)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

const most = { accounts: 20_000, pairs: 50_000, references: 5000, heads: 10 } as const;

/** The table `user_balances`, whose constraint also refuses negative balances. */
export function userBalanceRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<UserBalances> {
  const select = database
    .prepare<[string], UserBalances>(`SELECT ${columns.join(', ')} FROM user_balances WHERE account_id = ?`)
    .safeIntegers();
  return {
    most: most.accounts,
    read: (accountId) => select.get(accountId),
    write: (accountId, after, before) => {
      if (after === undefined) return;
      const values = columns.map((column) => after[column]);
      unit.write(before === undefined ? insertUser : updateUser, [...values, accountId]);
    },
  };
}

/** The table `system_balances`, which has a row for each of the swarm's own accounts from the beginning. */
export function systemBalanceRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<bigint> {
  const select = database
    .prepare<[string], bigint>('SELECT amount FROM system_balances WHERE account = ?')
    .pluck()
    .safeIntegers();
  return {
    most: most.accounts,
    read: (account) => select.get(account),
    write: (account, after) => {
      if (after !== undefined) unit.write(updateSystem, [after, account]);
    },
  };
}

/** References of the journal; written with its entries. */
export function referenceRows(database: SqliteDatabase): RowSource<true> {
  const select = database.prepare<[string], number>('SELECT 1 FROM entries WHERE reference = ?').pluck();
  return {
    most: most.references,
    read: (reference) => (select.get(reference) === undefined ? undefined : true),
    write: writesNothing,
  };
}

/** The table `settled_pairs`. */
export function pairRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<number> {
  const select = database
    .prepare<string[], number>('SELECT count FROM settled_pairs WHERE node_id = ? AND account_id = ?')
    .pluck();
  return {
    most: most.pairs,
    read: (pair) => select.get(...pair.split('|')),
    write: (pair, after, before) => {
      if (after === undefined) return;
      unit.write(before === undefined ? insertPair : updatePair, [after, ...pair.split('|')]);
    },
  };
}

/** The newest entry of the journal and the newest line of the audit log; written with these. */
export function headRows(database: SqliteDatabase): RowSource<ChainHead> {
  const journal = database.prepare<[], ChainHead>(
    'SELECT entry_id AS id, hash FROM entries WHERE entry_id = (SELECT max(entry_id) FROM entries)',
  );
  const audit = database.prepare<[], ChainHead>(
    'SELECT line_id AS id, hash FROM audit WHERE line_id = (SELECT max(line_id) FROM audit)',
  );
  return { most: most.heads, read: (name) => (name === 'journal' ? journal : audit).get(), write: writesNothing };
}

/** Last numbers used: of commits, which their table keeps, and of events, which may be deleted. */
export function counterRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<number> {
  const commit = database.prepare<[], number>('SELECT coalesce(max(commit_id), 0) FROM commits').pluck();
  const event = database.prepare<[], number>(`SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'lastEvent'`).pluck();
  return {
    most: most.heads,
    read: (name) => (name === 'commit' ? commit : event).get(),
    write: (name, after) => {
      if (name === 'event' && after !== undefined) unit.write(setLastEvent, [String(after)]);
    },
  };
}
