import type { SqlValue, UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { receiptLeaf } from '#node/receipt.ts';
import { type Balances, EntryCategory, type EntryForAccount } from '#shared/domain/money/accountBook.ts';
import type { UserPart } from './accountNames.ts';
import { type BalanceTable, balancesText } from './BalanceTable.ts';
import { type OwnLeg, entryForAccount } from './entriesForAccounts.ts';
import { type Leg, type NewEntry, balancedLegs, chainRoot, entryHash, onlyChain } from './entry.ts';
import type { ReceiptPlace, Receipts } from './Receipts.ts';

/** An entry as one account is told it, and where its receipt lies. */
export interface PostedEntry {
  readonly accountId: string;
  readonly entry: EntryForAccount;
  readonly entryHash: string;
  readonly place: ReceiptPlace;
  readonly balances: Balances;
}

/** The last entry, which the next one continues. */
interface Head {
  readonly entryId: number;
  readonly hash: Uint8Array;
}

interface LegRow {
  readonly entry_id: bigint;
  readonly at: number;
  readonly category: string;
  readonly task_id: string | null;
  readonly part: UserPart;
  readonly amount: bigint;
  readonly assignment_id: string | null;
}

const insertEntry = `INSERT INTO entries (entry_id, chain, at, category, reference, task_id, node_id, price_version, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Thrown when a reference is used twice: what it stands for was written before. */
export class ReferenceUsedError extends Error {
  readonly code = 'reference_used';

  constructor(reference: string) {
    super(`There is an entry for ${reference}`);
    this.name = 'ReferenceUsedError';
  }
}

/** The append-only, hash-chained journal. Posts inside the unit of work of whoever posts. */
export class Journal {
  readonly #unit: UnitOfWork;
  readonly #balances: BalanceTable;
  readonly #receipts: Receipts;
  readonly #hasReference;
  /** References of the unit of work that is being written. */
  readonly #posted = new Set<string>();
  readonly #page;
  #head: Head;

  constructor(database: SqliteDatabase, unit: UnitOfWork, books: { balances: BalanceTable; receipts: Receipts }) {
    this.#unit = unit;
    this.#balances = books.balances;
    this.#receipts = books.receipts;
    this.#head = database
      .prepare<[], Head>(
        'SELECT entry_id AS entryId, hash FROM entries WHERE entry_id = (SELECT max(entry_id) FROM entries)',
      )
      .get() ?? { entryId: 0, hash: chainRoot };
    this.#hasReference = database.prepare<[string], number>('SELECT 1 FROM entries WHERE reference = ?').pluck();
    this.#page = database
      .prepare<[string, number, number, string], LegRow>(
        // CROSS JOIN keeps this order: else SQLite begins with every leg that the account ever had.
        `SELECT entry_id, at, category, task_id, part, amount, assignment_id
         FROM (SELECT DISTINCT entry_id FROM legs WHERE owner = ? AND part <> '' AND entry_id > ?
               ORDER BY entry_id LIMIT ?)
         CROSS JOIN entries USING (entry_id) CROSS JOIN legs USING (entry_id)
         WHERE legs.owner = ? AND legs.part <> '' ORDER BY entry_id, leg`,
      )
      .safeIntegers();
  }

  /** True when this movement was written before. */
  has(reference: string): boolean {
    return this.#posted.has(reference) || this.#hasReference.get(reference) !== undefined;
  }

  /**
   * Writes an entry, its legs and the balances after it; returns what each account concerned is told. An entry that
   * moves nothing is not written. Throws {@link ReferenceUsedError}, or when a balance would become negative. A reference
   * of an earlier unit of work is refused by the table itself, when this one is written.
   */
  post(entry: NewEntry): PostedEntry[] {
    const legs = balancedLegs(entry);
    if (legs.length === 0) return [];
    if (this.#posted.has(entry.reference)) throw new ReferenceUsedError(entry.reference);
    const entryId = this.#head.entryId + 1;
    const hash = entryHash(entryId, entry, legs, this.#head.hash);
    this.#moveHead({ entryId, hash });
    this.#note(entry.reference);
    const { at, category, reference, taskId, nodeId, priceVersion } = entry;
    this.#unit.write(insertEntry, [entryId, onlyChain, at, category, reference, taskId, nodeId, priceVersion, hash]);
    this.#writeLegs(entryId, legs);
    this.#balances.moveSystem(legs);
    const hashText = Buffer.from(hash).toString('base64url');
    return ownersOf(legs).map((accountId) => this.#tell({ ...entry, entryId, legs, hash: hashText }, accountId));
  }

  /** Entries of one account after `after`, oldest first. */
  entries(accountId: string, after: number, limit: number): { entries: EntryForAccount[]; more: boolean } {
    const rows = this.#page.all(accountId, after, limit + 1, accountId);
    const groups = [...Map.groupBy(rows, (row) => Number(row.entry_id))];
    const entries = groups.slice(0, limit).flatMap(([entryId, legs]) => {
      const [first] = legs;
      if (first === undefined) return [];
      const facts = { entryId, at: first.at, category: EntryCategory.parse(first.category), taskId: first.task_id };
      return [entryForAccount(facts, legs.map(ownLegOfRow))];
    });
    return { entries, more: groups.length > limit };
  }

  #note(reference: string): void {
    this.#posted.add(reference);
    this.#unit.undo(() => void this.#posted.delete(reference));
    this.#unit.whenKept(() => void this.#posted.delete(reference));
  }

  #moveHead(head: Head): void {
    const before = this.#head;
    this.#head = head;
    this.#unit.undo(() => (this.#head = before));
  }

  #writeLegs(entryId: number, legs: readonly Leg[]): void {
    const values = legs.flatMap((leg, index): SqlValue[] => {
      const { owner, part } = leg.account;
      const { assignmentId = null, nodeId = null, counts = null } = leg;
      return [entryId, index, owner, part, leg.amount, assignmentId, nodeId, counts];
    });
    this.#unit.write(insertLegs[legs.length] ?? legsStatement(legs.length), values);
  }

  #tell(written: NewEntry & { entryId: number; hash: string }, accountId: string): PostedEntry {
    const own = written.legs.filter(({ account }) => account.part !== '' && account.owner === accountId);
    const balances = balancesText(this.#balances.moveUser(accountId, own));
    const entry = entryForAccount(written, own.flatMap(ownLeg));
    const place = this.#receipts.add(receiptLeaf({ accountId, entry, entryHash: written.hash }));
    return { accountId, entry, entryHash: written.hash, place, balances };
  }
}

function legsStatement(count: number): string {
  return `INSERT INTO legs (entry_id, leg, owner, part, amount, assignment_id, node_id, counts)
    VALUES ${Array.from({ length: count }, () => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`;
}

/** Statements for the usual numbers of legs. */
const insertLegs: readonly string[] = Array.from({ length: 9 }, (_, count) => legsStatement(count));

function ownersOf(legs: readonly Leg[]): string[] {
  return [...new Set(legs.flatMap(({ account }) => (account.part === '' ? [] : [account.owner])))];
}

function ownLeg({ account, amount, assignmentId }: Leg): OwnLeg[] {
  return account.part === '' ? [] : [{ part: account.part, amount, assignmentId: assignmentId ?? null }];
}

function ownLegOfRow(row: LegRow): OwnLeg {
  return { part: row.part, amount: row.amount, assignmentId: row.assignment_id };
}
