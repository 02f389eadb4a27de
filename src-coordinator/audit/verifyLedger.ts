import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { databaseFile } from '#coordinator/storage/sqlite/schema.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { checkReceipts } from './checkReceipts.ts';
import { checkAudit, checkBalances, checkRewards, checkTasks } from './checkTables.ts';
import { Findings } from './Findings.ts';
import { JournalFold, type JournalRow, journalQuery } from './JournalFold.ts';
import { openCopy } from './openCopy.ts';

/** The result of auditing a data folder. */
export interface LedgerReport {
  readonly entries: number;
  readonly tasks: number;
  /** Sum of all accounts in credits; "0" unless credits were created or lost. */
  readonly sum: string;
  /** Tasks, assignments and parts of answers that were paid more than once. */
  readonly paidTwice: number;
  /** Tasks that are over while money is still held for them. */
  readonly heldForFinished: number;
  /** Entries, audit lines and receipts that do not continue their hash chain. */
  readonly brokenLinks: number;
  /** True if there is no problem of any kind, including those without a count of their own. */
  readonly ok: boolean;
  /** The first hundred findings, as sentences. */
  readonly problems: readonly string[];
}

/**
 * Audits a coordinator's data folder, even one that a killed server left behind: rebuilds every balance from the journal alone
 * and compares it with the stored one. Reads a copy and shares no code with the writer beyond the schema.
 * Throws a SwarmError `not_found` or `storage_damaged`.
 */
export function verifyLedger(folder: string): LedgerReport {
  using copy = openCopy(path.join(folder, databaseFile));
  const findings = new Findings();
  const fold = foldJournal(copy.database, findings);
  checkBalances(copy.database, fold, findings);
  const tasks = checkTasks(copy.database, fold, findings);
  checkRewards(copy.database, fold, findings);
  checkAudit(copy.database, findings);
  checkReceipts(copy.database, findings);
  const sum = [...fold.accounts.values()].reduce((total, balance) => total + balance, 0n);
  if (sum !== 0n) findings.note(`all accounts together hold ${formatCredits(sum)} credits instead of 0`);
  const { paidTwice, heldForFinished, brokenLinks, problems } = findings;
  return {
    entries: fold.entries,
    tasks,
    sum: formatCredits(sum),
    paidTwice,
    heldForFinished,
    brokenLinks,
    ok: findings.none,
    problems,
  };
}

function foldJournal(database: Database, findings: Findings): JournalFold {
  const fold = new JournalFold(findings);
  let entry: JournalRow[] = [];
  for (const row of database.prepare<[], JournalRow>(journalQuery).safeIntegers().iterate()) {
    if (entry[0] !== undefined && entry[0].entry_id !== row.entry_id) {
      fold.addEntry(entry);
      entry = [];
    }
    entry.push(row);
  }
  fold.addEntry(entry);
  return fold;
}
