import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Findings } from './Findings.ts';

interface CommitRow {
  readonly commit_id: number;
  readonly leaves: Uint8Array;
  readonly root: Uint8Array;
}

/** Builds each commit's tree of receipts again from its leaves. */
export function checkReceipts(database: Database, findings: Findings): void {
  const rows = database.prepare<[], CommitRow>('SELECT commit_id, leaves, root FROM commits ORDER BY commit_id');
  for (const { commit_id: commit, leaves, root } of rows.iterate()) {
    if (!rootOf(leaves).equals(root)) findings.brokenLink(`the receipts of commit ${commit}`);
  }
}

/** Pairs are hashed as SHA-256(0x01 ‖ left ‖ right), level by level; a single one moves up as it is. */
function rootOf(leaves: Uint8Array): Buffer {
  let level = Array.from({ length: leaves.length / 32 }, (_, index) =>
    Buffer.from(leaves.subarray(index * 32, index * 32 + 32)),
  );
  while (level.length > 1) {
    level = level.flatMap((left, index) => {
      if (index % 2 === 1) return [];
      const right = level[index + 1];
      if (right === undefined) return [left];
      return [createHash('sha256').update('\u0001').update(left).update(right).digest()];
    });
  }
  return level[0] ?? Buffer.alloc(0);
}
