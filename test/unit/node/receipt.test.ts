import { fc } from '@fast-check/vitest';
import { base64urlnopad } from '@scure/base';
import { describe, expect, it } from 'vitest';
import { createSigningKey } from '#node/keys/keys.ts';
import { merkleHash, merklePath, merkleRoot, merkleTree, rootFromPath } from '#node/keys/merkleTree.ts';
import { receiptLeaf, verifyReceipt } from '#node/keys/receipt.ts';

const leaves = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 40 });

/** The way from a leaf to the root, with its hashes. */
function stepsOf(tree: Uint8Array, count: number, index: number) {
  return merklePath(count, index).map(({ side, place }) => ({ side, hash: merkleHash(tree, place) }));
}

describe('Merkle tree', () => {
  it('leads from every leaf to the root', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (all, place) => {
        const index = place % all.length;
        const tree = merkleTree(all);
        const leaf = all[index] ?? new Uint8Array();
        const root = Buffer.from(rootFromPath(leaf, stepsOf(tree, all.length, index)));
        expect(root.equals(merkleRoot(tree))).toBe(true);
      }),
    );
  });

  it('has another root when a leaf changes', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(255), (all, place, bit) => {
        const index = place % all.length;
        const changed = all.map((leaf) => Uint8Array.from(leaf));
        const target = changed[index] ?? new Uint8Array();
        const byte = Math.floor(bit / 8);
        target[byte] = (target[byte] ?? 0) ^ (1 << (bit % 8));
        expect(merkleRoot(merkleTree(changed))).not.toEqual(merkleRoot(merkleTree(all)));
      }),
    );
  });

  it('needs a leaf', () => {
    expect(() => merkleTree([])).toThrow(RangeError);
  });
});

describe('verifyReceipt', () => {
  const key = createSigningKey();
  const swarmId = `swm_${'a'.repeat(32)}`;
  const accountId = `acc_${'b'.repeat(32)}`;
  const entry = {
    entryId: 3,
    at: 5,
    category: 'settlement',
    taskId: null,
    assignmentId: null,
    available: '1.5',
    escrow: '0',
    stake: '0',
    pending: '0',
  } as const;
  const entryHash = base64urlnopad.encode(new Uint8Array(32).fill(9));
  const tree = merkleTree([receiptLeaf({ accountId, entry, entryHash }), new Uint8Array(32), new Uint8Array(32)]);
  const root = base64urlnopad.encode(merkleRoot(tree));
  const receipt = {
    chain: 0,
    commit: 4,
    entryHash,
    path: stepsOf(tree, 3, 0).map(({ side, hash }) => ({ side, hash: base64urlnopad.encode(hash) })),
    root,
    entries: 3,
    signature: key.sign('receipts', { swarmId, chain: 0, commit: 4, root, entries: 3 }),
  };
  const claim = { swarmId, publicKey: key.publicKey, accountId, entry, receipt };

  it('believes what the coordinator signed', () => {
    expect(verifyReceipt(claim)).toBe(true);
  });

  it('believes roots that name no chain, and takes neither form for the other', () => {
    const signature = key.sign('receipts', { swarmId, commit: 4, root, entries: 3 });
    const unchained = { ...receipt, chain: null, signature };
    expect(verifyReceipt({ ...claim, receipt: unchained })).toBe(true);
    expect(verifyReceipt({ ...claim, receipt: { ...unchained, chain: 0 } })).toBe(false);
    expect(verifyReceipt({ ...claim, receipt: { ...receipt, chain: null } })).toBe(false);
  });

  it.each([
    ['another amount', { ...claim, entry: { ...entry, available: '2.5' } }],
    ['another account', { ...claim, accountId: `acc_${'c'.repeat(32)}` }],
    ['another swarm', { ...claim, swarmId: `swm_${'c'.repeat(32)}` }],
    ['another key', { ...claim, publicKey: createSigningKey().publicKey }],
    ['another chain', { ...claim, receipt: { ...receipt, chain: 1 } }],
    ['another commit', { ...claim, receipt: { ...receipt, commit: 5 } }],
    ['another count', { ...claim, receipt: { ...receipt, entries: 2 } }],
    ['a missing step', { ...claim, receipt: { ...receipt, path: receipt.path.slice(1) } }],
    ['a broken hash', { ...claim, receipt: { ...receipt, path: [{ side: 'left' as const, hash: '!' }] } }],
  ])('refuses %s', (_, changed) => {
    expect(verifyReceipt(changed)).toBe(false);
  });
});
