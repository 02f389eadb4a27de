/** Accounts of the swarm itself (rules 6.5). Only `issuance`, the source of all credits, may be negative. */
export type SystemAccount = 'issuance' | 'treasury' | 'burn' | 'incentives' | 'verification' | 'payout';

/** Sub-accounts of every person or organisation. */
export type UserPart = 'available' | 'escrow' | 'stake' | 'pending';

/** An account in the journal: one of the swarm's own, or a part of a user's account. */
export type BookAccount =
  | { readonly owner: SystemAccount; readonly part: '' }
  | { readonly owner: string; readonly part: UserPart };

/** Name of an account in the journal's hashes and in reports. */
export function accountName(account: BookAccount): string {
  return account.part === '' ? account.owner : `user:${account.owner}:${account.part}`;
}

/** An account of the swarm itself. */
export function system(owner: SystemAccount): BookAccount {
  return { owner, part: '' };
}

/** A part of a user's account. */
export function user(accountId: string, part: UserPart): BookAccount {
  return { owner: accountId, part };
}
