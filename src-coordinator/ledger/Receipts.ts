import { base64urlnopad } from '@scure/base';
import type { z } from 'zod';
import type { SigningKey } from '#node/keys.ts';
import { merkleLevels, merklePath } from '#node/merkleTree.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { ReceiptRoot } from '#node/receipt.ts';
import type { Receipt } from '#shared/protocol/events.ts';

/** Place of a receipt: its commit, and its leaf there. */
export interface ReceiptPlace {
  readonly commit: number;
  readonly leaf: number;
}

interface CommitRow {
  readonly leaves: Uint8Array;
  readonly signature: string;
}

interface CommitTree {
  readonly commit: number;
  readonly levels: Uint8Array[][];
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
  /** Readers ask for the receipts of one commit in a row. */
  #recent: CommitTree | undefined;

  constructor(database: SqliteDatabase, swarmId: string, key: SigningKey) {
    this.#swarmId = swarmId;
    this.#key = key;
    this.#insert = database.prepare<[number, Uint8Array, Uint8Array, string]>(
      'INSERT INTO commits (commit_id, leaves, root, signature) VALUES (?, ?, ?, ?)',
    );
    this.#select = database.prepare<[number], CommitRow>('SELECT leaves, signature FROM commits WHERE commit_id = ?');
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
    const root = merkleLevels(this.#leaves).at(-1)?.[0];
    if (root === undefined) return;
    const signature = this.#key.sign('receipts', this.#statement(this.#commit, root, this.#leaves.length));
    this.#insert.run(this.#commit, Buffer.concat(this.#leaves), root, signature);
  }

  /** Makes room for the next commit, when this one is on disk. */
  next(): void {
    this.#leaves = [];
  }

  /** The proof of one entry. Throws a RangeError when no such commit was stored. */
  read(place: ReceiptPlace, entryHash: string): z.infer<typeof Receipt> {
    const tree = this.#tree(place.commit);
    const root = tree.levels.at(-1)?.[0];
    if (root === undefined) throw new RangeError(`Commit ${place.commit} has no root`);
    return {
      ...this.#statementFields(tree, root),
      entryHash,
      path: merklePath(tree.levels, place.leaf).map(({ side, hash }) => ({ side, hash: base64urlnopad.encode(hash) })),
      signature: tree.signature,
    };
  }

  #statementFields(tree: CommitTree, root: Uint8Array): Omit<ReceiptRoot, 'swarmId'> {
    const { swarmId: _, ...fields } = this.#statement(tree.commit, root, tree.levels[0]?.length ?? 0);
    return fields;
  }

  #statement(commit: number, root: Uint8Array, entries: number): ReceiptRoot {
    return { swarmId: this.#swarmId, commit, root: base64urlnopad.encode(root), entries };
  }

  #tree(commit: number): CommitTree {
    if (this.#recent?.commit === commit) return this.#recent;
    const row = this.#select.get(commit);
    if (row === undefined) throw new RangeError(`There is no commit ${commit}`);
    const leaves = Array.from({ length: row.leaves.length / 32 }, (_, index) =>
      row.leaves.subarray(index * 32, index * 32 + 32),
    );
    this.#recent = { commit, levels: merkleLevels(leaves), signature: row.signature };
    return this.#recent;
  }
}
