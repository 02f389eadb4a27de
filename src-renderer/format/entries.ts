import type { LedgerRow } from '#shared/api/history.ts';

/** What moved the money, in a word or two. */
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
