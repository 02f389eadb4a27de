import type { Receipt } from '#shared/protocol/events.ts';
import { CommitProof, type StoredCommit } from '#coordinator/books/money/CommitProof.ts';
import type { ReceiptPlace } from '#coordinator/books/money/Receipts.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';

/** The table `commits`, read for the receipts in it. */
export class ReceiptRows {
  readonly #select;
  /** The last commit: most receipts are read right after it. */
  #newest: CommitProof | null = null;

  constructor(database: SqliteDatabase) {
    this.#select = database.prepare<[number], StoredCommit>(
      'SELECT commit_id AS commitId, chain, entries, tree, signature FROM commits WHERE commit_id = ?',
    );
  }

  /** A commit is on the disk. */
  remember(commit: StoredCommit): void {
    this.#newest = new CommitProof(commit);
  }

  /** The receipt at a place. Throws a RangeError when no such commit was stored. */
  read({ commit, leaf }: ReceiptPlace, entryHash: string): Receipt {
    return this.#proofOf(commit).receipt(leaf, entryHash);
  }

  #proofOf(commit: number): CommitProof {
    if (this.#newest?.commitId === commit) return this.#newest;
    const row = this.#select.get(commit);
    if (row === undefined) throw new RangeError(`There is no commit ${commit}`);
    return new CommitProof(row);
  }
}
