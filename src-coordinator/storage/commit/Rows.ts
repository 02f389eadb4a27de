import type { UnitOfWork, UnitPart } from './UnitOfWork.ts';

export interface RowsOptions<T> {
  /** How many rows are remembered, or how much of them by `sizeOf`; the oldest go. What a unit changes stays until it is over. */
  readonly most: number;
  /** What a row counts for; 1 unless they differ much. */
  readonly sizeOf?: (value: T) => number;
  /** Reads a row that is not remembered. */
  readonly read: (key: string) => T | undefined;
  /** Notes the writes of one changed row; without `before` it is new. */
  readonly write: (key: string, after: T, before: T | undefined) => void;
}

interface Change<T> {
  readonly before: T | undefined;
  readonly after: T;
}

/**
 * Rows of one table in memory, where they are the authority: a row is read once, changed as often as commands like, and
 * written once per unit of work. Values are never changed in place.
 */
export class Rows<T> implements UnitPart {
  readonly #unit: UnitOfWork;
  readonly #options: RowsOptions<T>;
  /** As on the disk. */
  readonly #kept = new Map<string, T>();
  /** As the unit of work left them. */
  readonly #changed = new Map<string, Change<T>>();
  #size = 0;

  constructor(unit: UnitOfWork, options: RowsOptions<T>) {
    this.#unit = unit;
    this.#options = options;
    unit.add(this);
  }

  /** Inside a command with what the group changed so far, outside as it is on the disk. */
  get(key: string): T | undefined {
    const known = this.known(key);
    if (known !== undefined) return known;
    const read = this.#options.read(key);
    if (read !== undefined) this.#remember(key, read);
    return read;
  }

  /** The same as far as it is remembered. */
  known(key: string): T | undefined {
    const changed = this.#unit.isOpen ? this.#changed.get(key) : undefined;
    return changed === undefined ? this.#kept.get(key) : changed.after;
  }

  /** Inserts or changes a row, inside a command. */
  set(key: string, value: T): void {
    const change = this.#changed.get(key);
    this.#note(key, change, { before: change === undefined ? this.get(key) : change.before, after: value });
  }

  /** The same for a row of which the caller knows that it is new: it is not looked for. */
  insert(key: string, value: T): void {
    this.#note(key, this.#changed.get(key), { before: undefined, after: value });
  }

  /** Changes a row that is there. */
  change(key: string, change: (value: T) => T): void {
    const value = this.get(key);
    if (value !== undefined) this.set(key, change(value));
  }

  /** Once the unit is on the disk, the row is read again when it is asked for. */
  forget(key: string): void {
    this.#unit.whenKept(() => this.#drop(key));
  }

  seal(): void {
    for (const [key, { before, after }] of this.#changed) this.#options.write(key, after, before);
  }

  keep(): void {
    for (const [key, { after }] of this.#changed) this.#remember(key, after);
    this.#changed.clear();
  }

  discard(): void {
    this.#changed.clear();
  }

  #note(key: string, earlier: Change<T> | undefined, change: Change<T>): void {
    this.#changed.set(key, change);
    this.#unit.undo(() => {
      if (earlier === undefined) this.#changed.delete(key);
      else this.#changed.set(key, earlier);
    });
  }

  #remember(key: string, value: T): void {
    this.#drop(key);
    this.#kept.set(key, value);
    this.#size += this.#sizeOf(value);
    while (this.#size > this.#options.most) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const value = this.#kept.get(key);
    if (value === undefined) return;
    this.#kept.delete(key);
    this.#size -= this.#sizeOf(value);
  }

  #sizeOf(value: T): number {
    return this.#options.sizeOf?.(value) ?? 1;
  }
}
