import type { LedgerRow } from '#shared/api/history.ts';

/** The category of a ledger entry in a word or two. */
export function entryWords(category: LedgerRow['category']): string {
  switch (category) {
    case 'grant':
      return 'granted';
    case 'hold':
      return 'held';
    case 'settlement':
      return 'settled';
    case 'refund':
      return 'refunded';
    case 'welcome':
      return 'welcome task';
    case 'incentive_funding':
      return 'incentives';
    case 'release':
      return 'released';
    case 'correction':
      return 'corrected';
  }
}
