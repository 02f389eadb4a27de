import { createHash } from 'node:crypto';

/** A sibling on the way from a leaf to the root, and the side it stands on. */
export interface MerkleStep {
  readonly side: 'left' | 'right';
  readonly hash: Uint8Array;
}

// An inner node is SHA-256(0x01 ‖ left ‖ right): it can never be taken for a leaf, which is a hash of JSON.
const innerPrefix = Uint8Array.of(1);

function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(innerPrefix).update(left).update(right).digest();
}

/** Levels from the leaves to the root. A node without a sibling moves up as it is. Throws a RangeError without leaves. */
export function merkleLevels(leaves: readonly Uint8Array[]): Uint8Array[][] {
  if (leaves.length === 0) throw new RangeError('A tree has at least one leaf');
  const levels: Uint8Array[][] = [[...leaves]];
  for (let level = levels[0] ?? []; level.length > 1; level = levels.at(-1) ?? []) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index];
      const right = level[index + 1];
      if (left !== undefined) above.push(right === undefined ? left : innerHash(left, right));
    }
    levels.push(above);
  }
  return levels;
}

/** Root over the leaves in their order. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const root = merkleLevels(leaves).at(-1)?.[0];
  if (root === undefined) throw new RangeError('A tree has at least one leaf');
  return root;
}

/** Siblings from leaf `index` to the root. */
export function merklePath(levels: readonly (readonly Uint8Array[])[], index: number): MerkleStep[] {
  return levels.slice(0, -1).flatMap((level, height): MerkleStep[] => {
    const place = Math.floor(index / 2 ** height);
    const isRight = place % 2 === 1;
    const hash = level[isRight ? place - 1 : place + 1];
    return hash === undefined ? [] : [{ side: isRight ? 'left' : 'right', hash }];
  });
}

/** Root that a leaf and its path lead to. */
export function rootFromPath(leaf: Uint8Array, path: readonly MerkleStep[]): Uint8Array {
  return path.reduce(
    (hash, step) => (step.side === 'left' ? innerHash(step.hash, hash) : innerHash(hash, step.hash)),
    leaf,
  );
}
