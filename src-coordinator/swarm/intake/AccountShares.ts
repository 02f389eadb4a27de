/** Tasks, and the UTF-8 bytes of their texts. */
export interface Share {
  readonly tasks: number;
  readonly bytes: number;
}

const nothing: Share = { tasks: 0, bytes: 0 };

/** What each account has of the tasks that are kept in memory. */
export class AccountShares {
  readonly #shares = new Map<string, Share>();
  #total = nothing;

  get total(): Share {
    return this.#total;
  }

  of(accountId: string): Share {
    return this.#shares.get(accountId) ?? nothing;
  }

  /** One more task of an account. */
  take(accountId: string, bytes: number): void {
    this.#change(accountId, 1, bytes);
  }

  /** One that was taken is no longer kept. */
  giveBack(accountId: string, bytes: number): void {
    this.#change(accountId, -1, -bytes);
  }

  #change(accountId: string, tasks: number, bytes: number): void {
    const after = sum(this.of(accountId), { tasks, bytes });
    if (after.tasks === 0) this.#shares.delete(accountId);
    else this.#shares.set(accountId, after);
    this.#total = sum(this.#total, { tasks, bytes });
  }
}

function sum(a: Share, b: Share): Share {
  return { tasks: a.tasks + b.tasks, bytes: a.bytes + b.bytes };
}
