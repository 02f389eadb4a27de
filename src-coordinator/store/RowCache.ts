import type { Undoable } from '#node/GroupCommit.ts';

interface Before<T> {
  readonly key: string;
  readonly value: T | undefined;
}

/**
 * Records of rows that were read or written lately, so that a task's next command does not read them again. Forgets what
 * a failed command wrote, and what was read while it ran; the oldest go when there are too many. The rows stay the truth.
 */
export class RowCache<T> implements Undoable {
  readonly #rows = new Map<string, T>();
  readonly #most: number;
  readonly #inTransaction: () => boolean;
  /** What stood here before each change of the transaction that is being written. */
  #before: Before<T>[] = [];

  constructor(most: number, inTransaction: () => boolean) {
    this.#most = most;
    this.#inTransaction = inTransaction;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key);
  }

  set(key: string, value: T): void {
    this.#note(key);
    this.#rows.set(key, value);
    if (this.#rows.size <= this.#most) return;
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined) this.#rows.delete(oldest);
  }

  /** Changes a record that is here; what is not will be read when it is asked for. */
  change(key: string, change: (value: T) => T): void {
    const value = this.#rows.get(key);
    if (value !== undefined) this.set(key, change(value));
  }

  drop(key: string): void {
    this.#note(key);
    this.#rows.delete(key);
  }

  mark(): number {
    return this.#before.length;
  }

  backTo(mark: number): void {
    for (const { key, value } of this.#before.splice(mark).toReversed()) {
      if (value === undefined) this.#rows.delete(key);
      else this.#rows.set(key, value);
    }
  }

  /** The commit is on disk: nothing is undone any more. */
  settle(): void {
    this.#before = [];
  }

  #note(key: string): void {
    if (this.#inTransaction()) this.#before.push({ key, value: this.#rows.get(key) });
  }
}
