import type { EntryCategory, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { type MicroCredits, formatCredits } from '#shared/domain/money/credits.ts';
import type { UserPart } from './accountNames.ts';

/** The part of a leg that its owner sees. */
export interface OwnLeg {
  readonly part: UserPart;
  readonly amount: MicroCredits;
  readonly assignmentId: string | null;
}

/** An entry as one account sees it: the sum of its own legs by part. */
export function entryForAccount(
  entry: { entryId: number; at: number; category: EntryCategory; taskId: string | null },
  legs: readonly OwnLeg[],
): EntryForAccount {
  const sums: Record<UserPart, MicroCredits> = { available: 0n, escrow: 0n, stake: 0n, pending: 0n };
  for (const leg of legs) sums[leg.part] += leg.amount;
  const assignments = new Set(legs.flatMap((leg) => (leg.assignmentId === null ? [] : [leg.assignmentId])));
  const [assignmentId] = assignments;
  return {
    entryId: entry.entryId,
    at: entry.at,
    category: entry.category,
    taskId: entry.taskId,
    // An entry for several segments has no single assignment to name.
    assignmentId: assignments.size === 1 && assignmentId !== undefined ? assignmentId : null,
    available: formatCredits(sums.available),
    escrow: formatCredits(sums.escrow),
    stake: formatCredits(sums.stake),
    pending: formatCredits(sums.pending),
  };
}
