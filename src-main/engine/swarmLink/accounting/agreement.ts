import type { Balances } from '#shared/domain/money/accountBook.ts';
import { formatCredits, parseCredits } from '#shared/domain/money/credits.ts';
import type { LedgerSums } from '#engine/store/money/LedgerStore.ts';

/** The result of comparing this node's records with the coordinator's. */
export interface Agreement {
  readonly agrees: boolean;
  /** The coordinator's sum minus this node's, in credits. */
  readonly difference: string;
}

/**
 * Compares the balances with the sum of all entries, and each task's entries with this node's record of it. `missing` is
 * the amount in micro-credits that the records promise but the entries lack. Other nodes of the account may earn more than
 * this node knows; less is always a discrepancy.
 */
export function agreementOf(balances: Balances, sums: LedgerSums, missing: bigint): Agreement {
  const differences = [
    parseCredits(balances.balance) - sums.available,
    parseCredits(balances.escrow) - sums.escrow,
    parseCredits(balances.stake) - sums.stake,
    parseCredits(balances.pending) - sums.pending,
  ];
  const total = differences.reduce((sum, one) => sum + one, 0n) - missing;
  const shown = total === 0n ? (differences.find((one) => one !== 0n) ?? 0n) : total;
  return { agrees: shown === 0n && missing === 0n && sums.invalidReceipts === 0, difference: formatCredits(shown) };
}
