import type { Balances } from '#shared/domain/money/accountBook.ts';
import { formatCredits, parseCredits } from '#shared/domain/money/credits.ts';
import type { LedgerSums } from '#engine/store/LedgerStore.ts';

/** Whether own records and the coordinator's fit, and by how much they do not. */
export interface Agreement {
  readonly agrees: boolean;
  /** The coordinator's minus own, in credits. */
  readonly difference: string;
}

/**
 * Compares the balances with the fold of all entries, and each task's entries with what this node recorded of it.
 * `missing`: micro-credits that records promise and entries lack. Other nodes of the account may bring more than this
 * node knows of; less is always a difference.
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
