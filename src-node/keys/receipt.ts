import { hash } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import type { EntryForAccount } from '#shared/domain/money/accountBook.ts';
import type { Receipt } from '#shared/protocol/events.ts';
import type { z } from 'zod';
import { verifySignature } from './keys.ts';
import { rootFromPath } from './merkleTree.ts';

/** The statement a receipt proves: the coordinator reported exactly this entry, with this hash, to the account. */
export interface ReceiptClaim {
  readonly accountId: string;
  readonly entry: EntryForAccount;
  /** Hash of the complete entry in the coordinator's journal, base64url. */
  readonly entryHash: string;
}

/**
 * Leaf of a commit's tree: SHA-256 of the claim's canonical JSON (RFC 8785). The keys are in canonical order and every value is an id, a number or null, so that JSON.stringify gives the canonical form, and much faster. */
export function receiptLeaf({ accountId, entry, entryHash }: ReceiptClaim): Uint8Array {
  const { assignmentId, at, available, category, entryId, escrow, pending, stake, taskId } = entry;
  const reported = { assignmentId, at, available, category, entryId, escrow, pending, stake, taskId };
  return hash('sha256', JSON.stringify({ accountId, entry: reported, entryHash }), 'buffer');
}

/**
 * The data the coordinator signs (`receipts`) once per commit; `entries` counts the leaves. Roots signed before chains
 * had numbers name none.
 */
export interface ReceiptRoot {
  readonly swarmId: string;
  /** Hash chain of the journal that the entries belong to. */
  readonly chain?: number;
  readonly commit: number;
  readonly root: string;
  readonly entries: number;
}

/** Whether the coordinator with this key has signed the entry as reported to the account. Never throws. */
export function verifyReceipt(check: {
  readonly swarmId: string;
  readonly publicKey: string;
  readonly accountId: string;
  readonly entry: EntryForAccount;
  readonly receipt: z.infer<typeof Receipt>;
}): boolean {
  const { receipt, swarmId, publicKey, accountId, entry } = check;
  try {
    const path = receipt.path.map((step) => ({ side: step.side, hash: base64urlnopad.decode(step.hash) }));
    const leaf = receiptLeaf({ accountId, entry, entryHash: receipt.entryHash });
    if (base64urlnopad.encode(rootFromPath(leaf, path)) !== receipt.root) return false;
  } catch {
    return false;
  }
  const { chain, commit, root, entries } = receipt;
  const value: ReceiptRoot = { swarmId, ...(chain === null ? {} : { chain }), commit, root, entries };
  return verifySignature({ purpose: 'receipts', value, signature: receipt.signature, publicKey });
}
