import { hash } from 'node:crypto';
import type { EntryCategory } from '#shared/domain/money/accountBook.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import { type BookAccount, accountName } from './accountNames.ts';

/** A total of an account to which a movement adds; transfers between its own parts count towards none. */
export type Total = 'granted' | 'earned' | 'spent' | 'withdrawn';

/** One side of an entry. The legs of an entry sum to zero. */
export interface Leg {
  readonly account: BookAccount;
  readonly amount: MicroCredits;
  readonly counts?: Total;
  readonly assignmentId?: string;
  readonly nodeId?: string;
}

/** One movement of money, written once and never changed. */
export interface NewEntry {
  readonly at: number;
  readonly category: EntryCategory;
  /** Unique name of the movement, so that it is never written twice. */
  readonly reference: string;
  readonly taskId: string | null;
  readonly nodeId: string | null;
  readonly priceVersion: number | null;
  readonly legs: readonly Leg[];
}

/** The only hash chain: SQLite has one writer. The format allows several. */
export const onlyChain = 0;

/** Hash before the first entry. */
export const chainRoot: Uint8Array = new Uint8Array(32);

/** Thrown when an entry's legs do not cancel out: a programming error, never invalid input. */
export class UnbalancedEntryError extends Error {
  readonly code = 'unbalanced_entry';

  constructor(reference: string, sum: MicroCredits) {
    super(`The legs of ${reference} sum to ${sum} instead of 0`);
    this.name = 'UnbalancedEntryError';
  }
}

/** The legs with a nonzero amount. Throws {@link UnbalancedEntryError} when they do not sum to zero. */
export function balancedLegs(entry: NewEntry): Leg[] {
  const legs = entry.legs.filter((leg) => leg.amount !== 0n);
  const sum = legs.reduce((total, leg) => total + leg.amount, 0n);
  if (sum !== 0n) throw new UnbalancedEntryError(entry.reference, sum);
  return legs;
}

/**
 * SHA-256 of the canonical JSON (RFC 8785) of an entry, its legs and the hash before it. The keys are in canonical
 * order, and every value is an id, a number or null, for which JSON.stringify is canonical and twice as fast.
 */
export function entryHash(entryId: number, entry: NewEntry, legs: readonly Leg[], previous: Uint8Array): Uint8Array {
  const canonical = JSON.stringify({
    at: entry.at,
    category: entry.category,
    chain: onlyChain,
    entryId,
    legs: legs.map((leg) => ({
      account: accountName(leg.account),
      amount: String(leg.amount),
      assignmentId: leg.assignmentId ?? null,
      counts: leg.counts ?? null,
      nodeId: leg.nodeId ?? null,
    })),
    nodeId: entry.nodeId,
    previous: Buffer.from(previous).toString('base64url'),
    priceVersion: entry.priceVersion,
    reference: entry.reference,
    taskId: entry.taskId,
  });
  return hash('sha256', canonical, 'buffer');
}
