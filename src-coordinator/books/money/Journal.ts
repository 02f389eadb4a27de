import type { Appends } from '#coordinator/books/Appends.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import { receiptLeaf } from '#node/keys/receipt.ts';
import type { Balances as BalancesText, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { type Balances, balancesText } from './Balances.ts';
import { type OwnLeg, entryForAccount } from './entriesForAccounts.ts';
import { type Leg, type NewEntry, balancedLegs, chainRoot, entryHash } from './entry.ts';
import type { ReceiptPlace, Receipts } from './Receipts.ts';

/** An entry as one account sees it, and the place of its receipt. */
export interface PostedEntry {
  readonly accountId: string;
  readonly entry: EntryForAccount;
  readonly entryHash: string;
  readonly place: ReceiptPlace;
  readonly balances: BalancesText;
}

/** Thrown when a reference is used twice, because its movement is already in the journal. */
export class ReferenceUsedError extends Error {
  readonly code = 'reference_used';

  constructor(reference: string) {
    super(`There is an entry for ${reference}`);
    this.name = 'ReferenceUsedError';
  }
}

type JournalRows = Pick<Rows, 'heads' | 'references'>;

/** The append-only, hash-chained journal. */
export class Journal {
  readonly #rows: JournalRows;
  readonly #appends: Appends;
  readonly #balances: Balances;
  readonly #receipts: Receipts;

  constructor(rows: JournalRows, appends: Appends, money: { balances: Balances; receipts: Receipts }) {
    this.#rows = rows;
    this.#appends = appends;
    this.#balances = money.balances;
    this.#receipts = money.receipts;
  }

  /** True if this movement is already in the journal. */
  has(reference: string): boolean {
    return this.#rows.references.get(reference) !== undefined;
  }

  /**
   * Writes an entry, its legs and the balances after it; returns the entry as each account concerned sees it. An entry that
   * moves nothing is not written. Throws {@link ReferenceUsedError}, or when a balance would become negative. A duplicate
   * reference that is not in memory is refused by the table's constraint when the commit is written.
   */
  post(entry: NewEntry): PostedEntry[] {
    const legs = balancedLegs(entry);
    if (legs.length === 0) return [];
    const { references, heads } = this.#rows;
    if (references.known(entry.reference) !== undefined) throw new ReferenceUsedError(entry.reference);
    const head = heads.get('journal') ?? { id: 0, hash: chainRoot };
    const entryId = head.id + 1;
    const hash = entryHash(entryId, entry, legs, head.hash);
    heads.set('journal', { id: entryId, hash });
    references.insert(entry.reference, true);
    this.#appends.entry({ ...entry, entryId, hash }, legs);
    this.#balances.moveSystem(legs);
    const hashText = Buffer.from(hash).toString('base64url');
    return ownersOf(legs).map((accountId) => this.#applyTo({ ...entry, entryId, legs, hash: hashText }, accountId));
  }

  /** Applies the legs of one account to its balances and adds its receipt. */
  #applyTo(written: NewEntry & { entryId: number; hash: string }, accountId: string): PostedEntry {
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
