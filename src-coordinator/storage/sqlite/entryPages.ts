import { EntryCategory, type EntryForAccount } from '#shared/domain/money/accountBook.ts';
import type { UserPart } from '#coordinator/books/money/accountNames.ts';
import { type OwnLeg, entryForAccount } from '#coordinator/books/money/entriesForAccounts.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';

interface LegRow {
  readonly entry_id: bigint;
  readonly at: number;
  readonly category: string;
  readonly task_id: string | null;
  readonly part: UserPart;
  readonly amount: bigint;
  readonly assignment_id: string | null;
}

interface EntryPage {
  readonly entries: EntryForAccount[];
  /** True when there are entries after the last one of this page. */
  readonly more: boolean;
}

/** Prepares the pages of the journal as one account sees it: entries after number `after`, oldest first. */
export function entryPages(database: SqliteDatabase): (accountId: string, after: number, limit: number) => EntryPage {
  const page = database
    .prepare<[string, number, number, string], LegRow>(
      // CROSS JOIN keeps this order: else SQLite begins with every leg that the account ever had.
      `SELECT entry_id, at, category, task_id, part, amount, assignment_id
       FROM (SELECT DISTINCT entry_id FROM legs WHERE owner = ? AND part <> '' AND entry_id > ?
             ORDER BY entry_id LIMIT ?)
       CROSS JOIN entries USING (entry_id) CROSS JOIN legs USING (entry_id)
       WHERE legs.owner = ? AND legs.part <> '' ORDER BY entry_id, leg`,
    )
    .safeIntegers();
  return (accountId, after, limit) => {
    const groups = [...Map.groupBy(page.all(accountId, after, limit + 1, accountId), (row) => Number(row.entry_id))];
    const entries = groups.slice(0, limit).flatMap(([entryId, legs]) => {
      const [first] = legs;
      if (first === undefined) return [];
      const facts = { entryId, at: first.at, category: EntryCategory.parse(first.category), taskId: first.task_id };
      return [entryForAccount(facts, legs.map(ownLegOfRow))];
    });
    return { entries, more: groups.length > limit };
  };
}

function ownLegOfRow(row: LegRow): OwnLeg {
  return { part: row.part, amount: row.amount, assignmentId: row.assignment_id };
}
