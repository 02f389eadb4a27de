import { hash } from 'node:crypto';

/** A sibling on the path from a leaf to the root, and its side. */
export interface MerkleStep {
  readonly side: 'left' | 'right';
  readonly hash: Uint8Array;
}

const hashBytes = 32;

// An inner node is SHA-256(0x01 ‖ left ‖ right). The prefix keeps it distinct from a leaf, which is a hash of JSON.
function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = Buffer.allocUnsafe(1 + 2 * hashBytes);
  both[0] = 1;
  both.set(left, 1);
  both.set(right, 1 + hashBytes);
  return hash('sha256', both, 'buffer');
}

/**
 * The tree as consecutive 32-byte hashes: the leaves in order, then each level above, the root last. A node without a
 * sibling moves up unchanged. Throws a RangeError without leaves.
 */
export function merkleTree(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) throw new RangeError('A tree has at least one leaf');
  const hashes = [...leaves];
  for (let start = 0, length = leaves.length; length > 1;) {
    for (let index = start; index < start + length; index += 2) {
      const left = hashes[index] ?? new Uint8Array();
      const right = index + 1 < start + length ? hashes[index + 1] : undefined;
      hashes.push(right === undefined ? left : innerHash(left, right));
    }
    start += length;
    length = Math.ceil(length / 2);
  }
  return Buffer.concat(hashes);
}

/** Root of a tree from `merkleTree`. */
export function merkleRoot(tree: Uint8Array): Uint8Array {
  return tree.subarray(-hashBytes);
}

/** A sibling by its index in the hashes of a tree. */
export interface MerklePlace {
  readonly side: 'left' | 'right';
  readonly place: number;
}

/** Siblings from leaf `index` to the root, in a tree from `merkleTree` over `leaves` leaves. */
export function merklePath(leaves: number, index: number): MerklePlace[] {
  const path: MerklePlace[] = [];
  for (let start = 0, length = leaves, place = index; length > 1;) {
    const isRight = place % 2 === 1;
    const sibling = isRight ? place - 1 : place + 1;
    if (sibling < length) path.push({ side: isRight ? 'left' : 'right', place: start + sibling });
    start += length;
    length = Math.ceil(length / 2);
    place = Math.floor(place / 2);
  }
  return path;
}

/** A hash of a tree by its index. */
export function merkleHash(tree: Uint8Array, place: number): Uint8Array {
  return tree.subarray(place * hashBytes, (place + 1) * hashBytes);
}

/** Computes the root from a leaf and its path. */
export function rootFromPath(leaf: Uint8Array, path: readonly MerkleStep[]): Uint8Array {
  return path.reduce(
    (below, step) => (step.side === 'left' ? innerHash(step.hash, below) : innerHash(below, step.hash)),
    leaf,
  );
}
