import type { RowKinds, RowNames } from '#coordinator/books/Rows.ts';
import { MissingRowsError } from '#coordinator/storage/commit/MissingRowsError.ts';
import { Rows } from '#coordinator/storage/commit/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { accountRows, enrolmentRows, nodeRows, tokenRows } from './memberRows.ts';
import { counterRows, headRows, pairRows, referenceRows, systemBalanceRows, userBalanceRows } from './moneyRows.ts';
import type { RowSource } from './RowSource.ts';
import {
  assignmentRows,
  childRows,
  dueRewardRows,
  oldTextRows,
  taskOfAssignmentRows,
  taskRows,
  textRows,
  welcomeRows,
} from './taskRows.ts';

/** The rows of a database, remembered. */
export type SqliteRows = { readonly [K in keyof RowKinds]: Rows<RowKinds[K]> };

/**
 * Opens the rows of a database. They are written in the order in which they stand here: parents first. `remembered` bounds
 * how much of each kind is remembered, for simulations in which nothing may rely on it.
 */
export function openRows(
  database: SqliteDatabase,
  unit: UnitOfWork,
  remembered = Number.POSITIVE_INFINITY,
): SqliteRows {
  const open = <K extends keyof RowKinds>(kind: K, source: RowSource<RowKinds[K]>): Rows<RowKinds[K]> =>
    new Rows(unit, {
      ...source,
      most: Math.min(source.most, remembered),
      missing: (key) => new MissingRowsError({ [kind]: [key] }),
    });
  return {
    accounts: open('accounts', accountRows(database, unit)),
    nodes: open('nodes', nodeRows(database, unit)),
    enrolments: open('enrolments', enrolmentRows(database)),
    tokens: open('tokens', tokenRows(database, unit)),
    tasks: open('tasks', taskRows(database, unit)),
    texts: open('texts', textRows(database, unit)),
    children: open('children', childRows(database)),
    welcomes: open('welcomes', welcomeRows(database, unit)),
    assignments: open('assignments', assignmentRows(database, unit)),
    tasksOfAssignments: open('tasksOfAssignments', taskOfAssignmentRows(database)),
    userBalances: open('userBalances', userBalanceRows(database, unit)),
    systemBalances: open('systemBalances', systemBalanceRows(database, unit)),
    references: open('references', referenceRows(database)),
    pairs: open('pairs', pairRows(database, unit)),
    heads: open('heads', headRows(database)),
    counters: open('counters', counterRows(database, unit)),
    dueRewards: open('dueRewards', dueRewardRows(database)),
    oldTexts: open('oldTexts', oldTextRows(database)),
  };
}

/** True if each of these rows is loaded, or is known not to exist. */
export function areLoaded(rows: SqliteRows, names: RowNames): boolean {
  for (const kind of kindsOf(names)) {
    for (const key of names[kind] ?? []) if (!rows[kind].isLoaded(key)) return false;
  }
  return true;
}

/** Loads rows, as far as they are not loaded. */
export function loadRows(rows: SqliteRows, names: readonly RowNames[]): void {
  for (const each of names) for (const kind of kindsOf(each)) rows[kind].load(each[kind] ?? []);
}

function kindsOf(names: RowNames): (keyof RowKinds)[] {
  return Object.keys(names) as (keyof RowKinds)[];
}
