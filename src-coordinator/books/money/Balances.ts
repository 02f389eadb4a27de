import type { Balances as BalancesText } from '#shared/domain/money/accountBook.ts';
import { type MicroCredits, formatCredits } from '#shared/domain/money/credits.ts';
import type { Column, UserBalances } from '#coordinator/books/records.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import type { SystemAccount, UserPart } from './accountNames.ts';
import type { Leg } from './entry.ts';

const nothing: UserBalances = {
  available: 0n,
  escrow: 0n,
  stake: 0n,
  pending: 0n,
  granted: 0n,
  earned: 0n,
  spent: 0n,
  withdrawn: 0n,
};

/** Thrown when a movement would overdraw a balance. */
export class NegativeBalanceError extends Error {
  readonly code = 'negative_balance';

  constructor(account: string, amount: MicroCredits) {
    super(`${account} would have ${amount}`);
    this.name = 'NegativeBalanceError';
  }
}

const parts: readonly UserPart[] = ['available', 'escrow', 'stake', 'pending'];

/** The running balances of the journal. Only `issuance` may be negative. */
export class Balances {
  readonly #users: Rows['userBalances'];
  readonly #system: Rows['systemBalances'];

  constructor(rows: Pick<Rows, 'userBalances' | 'systemBalances'>) {
    this.#users = rows.userBalances;
    this.#system = rows.systemBalances;
  }

  /** Creates an empty account; does nothing if it exists. */
  open(accountId: string): void {
    if (this.#users.get(accountId) === undefined) this.#users.insert(accountId, nothing);
  }

  /** Applies the legs of an entry that belong to system accounts. Throws {@link NegativeBalanceError}. */
  moveSystem(legs: readonly Leg[]): void {
    for (const { account, amount } of legs) {
      if (account.part !== '') continue;
      const after = (this.#system.get(account.owner) ?? 0n) + amount;
      if (after < 0n && account.owner !== 'issuance') throw new NegativeBalanceError(account.owner, after);
      this.#system.set(account.owner, after);
    }
  }

  /** Applies the legs of an entry that belong to one account. Throws {@link NegativeBalanceError}, or RangeError if the account was never opened. */
  moveUser(accountId: string, legs: readonly Leg[]): UserBalances {
    const before = this.#users.get(accountId);
    if (before === undefined) throw new RangeError(`There is no account ${accountId}`);
    const after: Record<Column, MicroCredits> = { ...before };
    for (const { account, amount, counts } of legs) {
      if (account.part === '') continue;
      after[account.part] += amount;
      // Spending and withdrawing reduce a balance and increase their totals.
      if (counts !== undefined) after[counts] += counts === 'spent' || counts === 'withdrawn' ? -amount : amount;
    }
    const negative = parts.find((part) => after[part] < 0n);
    if (negative !== undefined) throw new NegativeBalanceError(`user:${accountId}:${negative}`, after[negative]);
    this.#users.set(accountId, after);
    return after;
  }

  user(accountId: string): UserBalances {
    return this.#users.get(accountId) ?? nothing;
  }

  system(account: SystemAccount): MicroCredits {
    return this.#system.get(account) ?? 0n;
  }
}

/** Balances as they cross a boundary; all zero for an account that was never opened. */
export function balancesText(balances: UserBalances = nothing): BalancesText {
  return {
    balance: formatCredits(balances.available),
    pending: formatCredits(balances.pending),
    escrow: formatCredits(balances.escrow),
    stake: formatCredits(balances.stake),
    granted: formatCredits(balances.granted),
    earned: formatCredits(balances.earned),
    spent: formatCredits(balances.spent),
    withdrawn: formatCredits(balances.withdrawn),
  };
}
