import type { z } from 'zod';
import type { NewCommit } from '#coordinator/books/Appends.ts';
import { merkleHash, merklePath, merkleRoot } from '#node/keys/merkleTree.ts';
import type { Receipt } from '#shared/protocol/events.ts';

/** A commit of receipts as it was stored; `chain` is null if its signed root does not name one. */
export type StoredCommit = Omit<NewCommit, 'chain'> & { readonly chain: number | null };

/** Builds the receipts of one stored commit. Hashes near the root occur in many of them, so each is encoded only once. */
export class CommitProof {
  readonly #commit: StoredCommit;
  readonly #texts: string[] = [];

  constructor(commit: StoredCommit) {
    this.#commit = commit;
  }

  get commitId(): number {
    return this.#commit.commitId;
  }

  /** The proof of the entry with this hash at leaf number `leaf`. */
  receipt(leaf: number, entryHash: string): z.infer<typeof Receipt> {
    const { commitId, chain, entries, tree, signature } = this.#commit;
    return {
      chain,
      commit: commitId,
      entryHash,
      path: merklePath(entries, leaf).map(({ side, place }) => ({ side, hash: this.#textAt(place) })),
      root: textOf(merkleRoot(tree)),
      entries,
      signature,
    };
  }

  #textAt(place: number): string {
    return (this.#texts[place] ??= textOf(merkleHash(this.#commit.tree, place)));
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
