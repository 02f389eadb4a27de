import type { z } from 'zod';
import type { SigningKey } from '#node/keys.ts';
import { merkleHash, merklePath, merkleRoot, merkleTree } from '#node/merkleTree.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
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

const insertCommit = 'INSERT INTO commits (commit_id, entries, tree, signature) VALUES (?, ?, ?, ?)';

/** Gathers the receipts of a commit under one signed root, and gives each its path afterwards. */
export class Receipts {
  readonly #swarmId: string;
  readonly #key: SigningKey;
  readonly #unit: UnitOfWork;
  readonly #select;
  #leaves: Uint8Array[] = [];
  /** Number of the commit that is being written. */
  #commit: number;
  /** The last commit on disk: most receipts are read right after it. Hashes near the root stand in many of them. */
  #newest: { commit: number; row: CommitRow; texts: HashTexts } | null = null;

  constructor(database: SqliteDatabase, unit: UnitOfWork, swarm: { swarmId: string; signingKey: SigningKey }) {
    this.#unit = unit;
    this.#swarmId = swarm.swarmId;
    this.#key = swarm.signingKey;
    this.#select = database.prepare<[number], CommitRow>(
      'SELECT entries, tree, signature FROM commits WHERE commit_id = ?',
    );
    const last = database.prepare<[], number>('SELECT coalesce(max(commit_id), 0) FROM commits').pluck();
    this.#commit = (last.get() ?? 0) + 1;
  }

  /** Adds a leaf to the commit that is being written. */
  add(leaf: Uint8Array): ReceiptPlace {
    this.#unit.undo(() => void this.#leaves.pop());
    return { commit: this.#commit, leaf: this.#leaves.push(leaf) - 1 };
  }

  /** Signs and stores the root; the last step of a unit of work. Does nothing when no money moved. */
  seal(): void {
    if (this.#leaves.length === 0) return;
    const tree = merkleTree(this.#leaves);
    const commit = this.#commit;
    const entries = this.#leaves.length;
    const value: ReceiptRoot = {
      swarmId: this.#swarmId,
      commit,
      root: textOf(merkleRoot(tree)),
      entries,
    };
    const signature = this.#key.sign('receipts', value);
    this.#unit.write(insertCommit, [commit, entries, tree, signature]);
    this.#unit.whenKept(() => {
      this.#leaves = [];
      this.#commit = commit + 1;
      this.#newest = { commit, row: { entries, tree, signature }, texts: new HashTexts(tree) };
    });
  }

  /** The proof of one entry. Throws a RangeError when no such commit was stored. */
  read(place: ReceiptPlace, entryHash: string): z.infer<typeof Receipt> {
    const { row, texts } = this.#commitOf(place.commit);
    return {
      commit: place.commit,
      entryHash,
      path: merklePath(row.entries, place.leaf).map((step) => ({ side: step.side, hash: texts.at(step.place) })),
      root: textOf(merkleRoot(row.tree)),
      entries: row.entries,
      signature: row.signature,
    };
  }

  #commitOf(commit: number): { row: CommitRow; texts: HashTexts } {
    if (this.#newest?.commit === commit) return this.#newest;
    const row = this.#select.get(commit);
    if (row === undefined) throw new RangeError(`There is no commit ${commit}`);
    return { row, texts: new HashTexts(row.tree) };
  }
}

/** The hashes of a tree as text, each made once. */
class HashTexts {
  readonly #tree: Uint8Array;
  readonly #texts: string[] = [];

  constructor(tree: Uint8Array) {
    this.#tree = tree;
  }

  at(place: number): string {
    return (this.#texts[place] ??= textOf(merkleHash(this.#tree, place)));
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
