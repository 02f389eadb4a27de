/** Accounts of the swarm itself (rules 6.5). Only `issuance` may be negative: it is where credits come from. */
export type SystemAccount = 'issuance' | 'treasury' | 'burn' | 'incentives' | 'verification' | 'payout';

/** Sub-accounts of every person or organisation. */
export type UserPart = 'available' | 'escrow' | 'stake' | 'pending';

/** An account of the journal: one of the swarm's own, or a part of a person's. */
export type BookAccount =
  | { readonly owner: SystemAccount; readonly part: '' }
  | { readonly owner: string; readonly part: UserPart };

/** Name of an account as the journal's hashes and reports write it. */
export function accountName(account: BookAccount): string {
  return account.part === '' ? account.owner : `user:${account.owner}:${account.part}`;
}

/** An account of the swarm itself. */
export function system(owner: SystemAccount): BookAccount {
  return { owner, part: '' };
}

/** A part of a person's account. */
export function user(accountId: string, part: UserPart): BookAccount {
  return { owner: accountId, part };
}
