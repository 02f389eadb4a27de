import type { Balances } from '#shared/domain/accountBook.ts';
import { type MicroCredits, formatCredits } from '#shared/domain/credits.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { SystemAccount, UserPart } from './accountNames.ts';
import type { Leg, Total } from './entry.ts';

type Column = UserPart | Total;

/** Every balance and total of one account, in micro-credits. */
export type UserBalances = Readonly<Record<Column, MicroCredits>>;

const columns: readonly Column[] = [
  'available',
  'escrow',
  'stake',
  'pending',
  'granted',
  'earned',
  'spent',
  'withdrawn',
];

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

/** Keeps the balances that the journal folds to. The tables themselves refuse a negative balance. */
export class BalanceTable {
  readonly #open;
  readonly #moveUser;
  readonly #readUser;
  readonly #moveSystem;
  readonly #readSystem;

  constructor(database: SqliteDatabase) {
    this.#open = database.prepare<[string]>('INSERT OR IGNORE INTO user_balances (account_id) VALUES (?)');
    this.#moveUser = database
      .prepare<(bigint | string)[], UserBalances>(
        `UPDATE user_balances SET ${columns.map((column) => `${column} = ${column} + ?`).join(', ')} WHERE account_id = ? RETURNING ${columns.join(', ')}`,
      )
      .safeIntegers();
    this.#readUser = database
      .prepare<[string], UserBalances>(`SELECT ${columns.join(', ')} FROM user_balances WHERE account_id = ?`)
      .safeIntegers();
    this.#moveSystem = database.prepare<[bigint, string]>(
      'UPDATE system_balances SET amount = amount + ? WHERE account = ?',
    );
    this.#readSystem = database
      .prepare<[string], bigint>('SELECT amount FROM system_balances WHERE account = ?')
      .pluck()
      .safeIntegers();
  }

  /** Makes an empty account; does nothing when it is there. */
  open(accountId: string): void {
    this.#open.run(accountId);
  }

  /** Applies an entry's legs of the swarm's own accounts. */
  moveSystem(legs: readonly Leg[]): void {
    for (const { account, amount } of legs) {
      if (account.part === '') this.#moveSystem.run(amount, account.owner);
    }
  }

  /** Applies an entry's legs of one account. Throws when the account was never opened or a balance would be negative. */
  moveUser(accountId: string, legs: readonly Leg[]): UserBalances {
    const change: Record<Column, MicroCredits> = { ...nothing };
    for (const { account, amount, counts } of legs) {
      if (account.part === '') continue;
      change[account.part] += amount;
      // Spending and withdrawing make a balance smaller and their totals larger.
      if (counts !== undefined) change[counts] += counts === 'spent' || counts === 'withdrawn' ? -amount : amount;
    }
    const after = this.#moveUser.get(...columns.map((column) => change[column]), accountId);
    if (after === undefined) throw new RangeError(`There is no account ${accountId}`);
    return after;
  }

  user(accountId: string): UserBalances {
    return this.#readUser.get(accountId) ?? nothing;
  }

  system(account: SystemAccount): MicroCredits {
    return this.#readSystem.get(account) ?? 0n;
  }
}

/** Balances as they cross a boundary. */
export function balancesText(balances: UserBalances): Balances {
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
