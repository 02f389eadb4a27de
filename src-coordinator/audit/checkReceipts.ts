import { type KeyObject, createHash, createPublicKey, verify } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import canonicalize from 'canonicalize';
import type { Findings } from './Findings.ts';

interface CommitRow {
  readonly commit_id: number;
  /** Null if the signed root names no chain. */
  readonly chain: number | null;
  readonly entries: number;
  readonly tree: Uint8Array;
  readonly signature: string;
}

/** Rebuilds each commit's Merkle tree of receipts from its leaves, and checks the coordinator's signature on the root. */
export function checkReceipts(database: Database, findings: Findings): void {
  const rows = database.prepare<[], CommitRow>('SELECT * FROM commits ORDER BY commit_id');
  const meta = database.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const swarmId = meta.get('swarmId') ?? '';
  const key = publicKey(meta.get('publicKey') ?? '');
  for (const { commit_id: commit, chain, entries, tree, signature } of rows.iterate()) {
    const root = Buffer.from(tree.subarray(-32)).toString('base64url');
    const signed = { swarmId, ...(chain === null ? {} : { chain }), commit, root, entries };
    const statement = `open-swarm/receipts/v1\n${canonicalize(signed) ?? ''}`;
    const isSigned =
      key !== undefined && verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64url'));
    if (!isSigned || !treeOver(tree.subarray(0, entries * 32)).equals(tree)) {
      findings.brokenLink(`the receipts of commit ${commit}`);
    }
  }
}

/** Undefined if the stored text is not a key; then no signature is valid. */
function publicKey(raw: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Hashes pairs as SHA-256(0x01 ‖ left ‖ right), level by level; a node without a sibling moves up unchanged. */
function treeOver(leaves: Uint8Array): Buffer {
  let level = Array.from({ length: leaves.length / 32 }, (_, index) =>
    Buffer.from(leaves.subarray(index * 32, index * 32 + 32)),
  );
  const tree = [...level];
  while (level.length > 1) {
    level = level.flatMap((left, index) => {
      if (index % 2 === 1) return [];
      const right = level[index + 1];
      if (right === undefined) return [left];
      return [createHash('sha256').update('\u0001').update(left).update(right).digest()];
    });
    tree.push(...level);
  }
  return Buffer.concat(tree);
}
