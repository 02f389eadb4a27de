import { base64urlnopad } from '@scure/base';
import type { z } from 'zod';
import type { SigningKey } from '#node/keys.ts';
import { merklePath, merkleRoot, merkleTree } from '#node/merkleTree.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { ReceiptRoot } from '#node/receipt.ts';
import type { Receipt } from '#shared/protocol/events.ts';

/** Place of a receipt: its commit, and its leaf there. */
export interface ReceiptPlace {
  readonly commit: number;
  readonly leaf: number;
}

interface CommitRow {
  readonly entries: number;
  readonly tree: Uint8Array;
  readonly signature: string;
}

/** Gathers the receipts of a commit under one signed root, and gives each its path afterwards. */
export class Receipts {
  readonly #swarmId: string;
  readonly #key: SigningKey;
  readonly #insert;
  readonly #select;
  readonly #last;
  #leaves: Uint8Array[] = [];
  #commit = 0;
  /** The last commit on disk: most receipts are read right after it. */
  #newest: { commit: number; row: CommitRow } | null = null;
  #sealed: { commit: number; row: CommitRow } | null = null;

  constructor(database: SqliteDatabase, swarmId: string, key: SigningKey) {
    this.#swarmId = swarmId;
    this.#key = key;
    this.#insert = database.prepare<[number, number, Uint8Array, string]>(
      'INSERT INTO commits (commit_id, entries, tree, signature) VALUES (?, ?, ?, ?)',
    );
    this.#select = database.prepare<[number], CommitRow>(
      'SELECT entries, tree, signature FROM commits WHERE commit_id = ?',
    );
    this.#last = database.prepare<[], number>('SELECT coalesce(max(commit_id), 0) FROM commits').pluck();
  }

  /** Adds a leaf to the commit that is being written. */
  add(leaf: Uint8Array): ReceiptPlace {
    if (this.#leaves.length === 0) this.#commit = (this.#last.get() ?? 0) + 1;
    return { commit: this.#commit, leaf: this.#leaves.push(leaf) - 1 };
  }

  /** How many leaves there are; what `backTo` takes. */
  mark(): number {
    return this.#leaves.length;
  }

  /** Forgets the leaves of a command that failed. */
  backTo(mark: number): void {
    this.#leaves.length = mark;
  }

  /** Signs and stores the root; the last step inside a commit. Does nothing when no money moved. */
  seal(): void {
    if (this.#leaves.length === 0) return;
    const tree = merkleTree(this.#leaves);
    const value: ReceiptRoot = {
      swarmId: this.#swarmId,
      commit: this.#commit,
      root: base64urlnopad.encode(merkleRoot(tree)),
      entries: this.#leaves.length,
    };
    const signature = this.#key.sign('receipts', value);
    this.#insert.run(this.#commit, this.#leaves.length, tree, signature);
    this.#sealed = { commit: this.#commit, row: { entries: this.#leaves.length, tree, signature } };
  }

  /** Makes room for the next commit, when this one is on disk. */
  next(): void {
    this.#leaves = [];
    this.#newest = this.#sealed ?? this.#newest;
    this.#sealed = null;
  }

  /** The proof of one entry. Throws a RangeError when no such commit was stored. */
  read(place: ReceiptPlace, entryHash: string): z.infer<typeof Receipt> {
    const row = this.#newest?.commit === place.commit ? this.#newest.row : this.#select.get(place.commit);
    if (row === undefined) throw new RangeError(`There is no commit ${place.commit}`);
    return {
      commit: place.commit,
      entryHash,
      path: merklePath(row.tree, row.entries, place.leaf).map(({ side, hash }) => ({
        side,
        hash: base64urlnopad.encode(hash),
      })),
      root: base64urlnopad.encode(merkleRoot(row.tree)),
      entries: row.entries,
      signature: row.signature,
    };
  }
}
