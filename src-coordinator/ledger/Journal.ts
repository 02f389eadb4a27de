import { base64urlnopad } from '@scure/base';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { receiptLeaf } from '#node/receipt.ts';
import { type Balances, EntryCategory, type EntryForAccount } from '#shared/domain/accountBook.ts';
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

interface SqliteStatement {
  run(...parameters: LegParameter[]): unknown;
}

interface Head {
  readonly entry_id: number;
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

type LegParameter = number | bigint | string | null;

/** The append-only, hash-chained journal. Runs inside the transaction of whoever posts. */
export class Journal {
  readonly #balances: BalanceTable;
  readonly #receipts: Receipts;
  readonly #head;
  readonly #insertEntry;
  readonly #insertLegs: (count: number) => SqliteStatement;
  /** One statement per number of legs, prepared when it is first needed. */
  readonly #legStatements = new Map<number, SqliteStatement>();
  readonly #hasReference;
  readonly #page;

  constructor(database: SqliteDatabase, balances: BalanceTable, receipts: Receipts) {
    this.#balances = balances;
    this.#receipts = receipts;
    this.#head = database.prepare<[], Head>(
      'SELECT entry_id, hash FROM entries WHERE entry_id = (SELECT max(entry_id) FROM entries)',
    );
    this.#insertEntry = database.prepare(
      `INSERT INTO entries (entry_id, chain, at, category, reference, task_id, node_id, price_version, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertLegs = (count) =>
      database.prepare<LegParameter[]>(
        `INSERT INTO legs (entry_id, leg, owner, part, amount, assignment_id, node_id, counts)
         VALUES ${Array.from({ length: count }, () => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      );
    this.#hasReference = database.prepare<[string], number>('SELECT 1 FROM entries WHERE reference = ?').pluck();
    this.#page = database
      .prepare<[string, number, number, string], LegRow>(
        `SELECT entry_id, at, category, task_id, part, amount, assignment_id
         FROM (SELECT DISTINCT entry_id FROM legs WHERE owner = ? AND part <> '' AND entry_id > ?
               ORDER BY entry_id LIMIT ?)
         JOIN entries USING (entry_id) JOIN legs USING (entry_id)
         WHERE legs.owner = ? AND legs.part <> '' ORDER BY entry_id, leg`,
      )
      .safeIntegers();
  }

  /** True when this movement was written before. */
  has(reference: string): boolean {
    return this.#hasReference.get(reference) !== undefined;
  }

  /**
   * Writes an entry, its legs and the balances after it; returns what each account concerned is told. An entry that
   * moves nothing is not written. Throws when a reference is used twice or a balance would become negative.
   */
  post(entry: NewEntry): PostedEntry[] {
    const legs = balancedLegs(entry);
    if (legs.length === 0) return [];
    const head = this.#head.get();
    const entryId = (head?.entry_id ?? 0) + 1;
    const hash = entryHash(entryId, entry, legs, head?.hash ?? chainRoot);
    const { at, category, reference, taskId, nodeId, priceVersion } = entry;
    this.#insertEntry.run(entryId, onlyChain, at, category, reference, taskId, nodeId, priceVersion, hash);
    this.#writeLegs(entryId, legs);
    this.#balances.moveSystem(legs);
    const hashText = base64urlnopad.encode(hash);
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

  #writeLegs(entryId: number, legs: readonly Leg[]): void {
    const statement = this.#legStatements.get(legs.length) ?? this.#insertLegs(legs.length);
    this.#legStatements.set(legs.length, statement);
    const parameters = legs.flatMap((leg, index): LegParameter[] => {
      const { owner, part } = leg.account;
      const { assignmentId = null, nodeId = null, counts = null } = leg;
      return [entryId, index, owner, part, leg.amount, assignmentId, nodeId, counts];
    });
    statement.run(...parameters);
  }

  #tell(written: NewEntry & { entryId: number; hash: string }, accountId: string): PostedEntry {
    const own = written.legs.filter(({ account }) => account.part !== '' && account.owner === accountId);
    const balances = balancesText(this.#balances.moveUser(accountId, own));
    const entry = entryForAccount(written, own.flatMap(ownLeg));
    const place = this.#receipts.add(receiptLeaf({ accountId, entry, entryHash: written.hash }));
    return { accountId, entry, entryHash: written.hash, place, balances };
  }
}

function ownersOf(legs: readonly Leg[]): string[] {
  return [...new Set(legs.flatMap(({ account }) => (account.part === '' ? [] : [account.owner])))];
}

function ownLeg({ account, amount, assignmentId }: Leg): OwnLeg[] {
  return account.part === '' ? [] : [{ part: account.part, amount, assignmentId: assignmentId ?? null }];
}

function ownLegOfRow(row: LegRow): OwnLeg {
  return { part: row.part, amount: row.amount, assignmentId: row.assignment_id };
}
