import type { Appends } from '#coordinator/books/Appends.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import type { Undo } from '#coordinator/books/Undo.ts';
import type { SigningKey } from '#node/keys/keys.ts';
import { merkleRoot, merkleTree } from '#node/keys/merkleTree.ts';
import type { ReceiptRoot } from '#node/keys/receipt.ts';
import { onlyChain } from './entry.ts';

/** Location of a receipt: its commit, and the index of its leaf in the commit's tree. */
export interface ReceiptPlace {
  readonly commit: number;
  readonly leaf: number;
}

/** Collects the receipts of each commit in a Merkle tree with a signed root. */
export class Receipts {
  readonly #swarmId: string;
  readonly #key: SigningKey;
  readonly #counters: Rows['counters'];
  readonly #appends: Appends;
  readonly #undo: Undo;
  #leaves: Uint8Array[] = [];

  constructor(
    rows: Pick<Rows, 'counters'>,
    commit: { readonly appends: Appends; readonly undo: Undo },
    swarm: { readonly swarmId: string; readonly signingKey: SigningKey },
  ) {
    this.#counters = rows.counters;
    this.#appends = commit.appends;
    this.#undo = commit.undo;
    this.#swarmId = swarm.swarmId;
    this.#key = swarm.signingKey;
  }

  /** Adds a leaf to the commit that is being written. */
  add(leaf: Uint8Array): ReceiptPlace {
    const commit = (this.#counters.get('commit') ?? 0) + 1;
    this.#undo(() => void this.#leaves.pop());
    return { commit, leaf: this.#leaves.push(leaf) - 1 };
  }

  /** Signs and stores the root; the last step of a commit. Does nothing when no money moved. */
  seal(): void {
    const leaves = this.#leaves;
    if (leaves.length === 0) return;
    this.#leaves = [];
    this.#undo(() => (this.#leaves = leaves));
    const tree = merkleTree(leaves);
    const commitId = (this.#counters.get('commit') ?? 0) + 1;
    const entries = leaves.length;
    const root = Buffer.from(merkleRoot(tree)).toString('base64url');
    const value: ReceiptRoot = { swarmId: this.#swarmId, chain: onlyChain, commit: commitId, root, entries };
    this.#counters.set('commit', commitId);
    this.#appends.commit({ commitId, chain: onlyChain, entries, tree, signature: this.#key.sign('receipts', value) });
  }
}
