import type { Table } from '#coordinator/books/Rows.ts';
import type { UnitOfWork, UnitPart } from './UnitOfWork.ts';

export interface RowsOptions<T> {
  /** How many rows are remembered, or how much of them by `sizeOf`; the oldest go. */
  readonly most: number;
  /** Size of a row; 1 unless they differ much. */
  readonly sizeOf?: (value: T) => number;
  /** Reads a row that is not remembered. */
  readonly read: (key: string) => T | undefined;
  /** Notes the writes of one changed row. Without `before` it is new, without `after` it is deleted. */
  readonly write: (key: string, after: T | undefined, before: T | undefined) => void;
  /** Creates the error to throw when a rule reads a row that was not loaded. */
  readonly missing?: (key: string) => Error;
}

interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/**
 * Rows of one table in memory, where they are the authority: a row is loaded once, changed as often as commands like, and
 * written once per unit of work.
 */
export class Rows<T> implements UnitPart, Table<T> {
  readonly #unit: UnitOfWork;
  readonly #options: RowsOptions<T>;
  /** As on the disk. */
  readonly #kept = new Map<string, T>();
  /** Rows that were queried in this unit of work and do not exist. */
  readonly #absent = new Set<string>();
  /** As the unit of work left them. */
  readonly #changed = new Map<string, Change<T>>();
  #size = 0;

  constructor(unit: UnitOfWork, options: RowsOptions<T>) {
    this.#unit = unit;
    this.#options = options;
    unit.add(this);
  }

  get(key: string): T | undefined {
    const changed = this.#changed.get(key);
    if (changed !== undefined) return changed.after;
    const kept = this.#kept.get(key);
    if (kept === undefined && !this.#absent.has(key)) {
      throw this.#options.missing?.(key) ?? new RangeError(`Row ${key} was not loaded`);
    }
    return kept;
  }

  known(key: string): T | undefined {
    const changed = this.#changed.get(key);
    return changed === undefined ? this.#kept.get(key) : changed.after;
  }

  set(key: string, value: T): void {
    const change = this.#changed.get(key);
    this.#note(key, change, { before: change === undefined ? this.get(key) : change.before, after: value });
  }

  insert(key: string, value: T): void {
    this.#note(key, this.#changed.get(key), { before: undefined, after: value });
  }

  change(key: string, change: (value: T) => T): void {
    const value = this.get(key);
    if (value !== undefined) this.set(key, change(value));
  }

  remove(key: string): void {
    const change = this.#changed.get(key);
    this.#note(key, change, { before: change?.before, after: undefined });
  }

  /** True if this row is loaded, or is known not to exist. */
  isLoaded(key: string): boolean {
    return this.#changed.has(key) || this.#kept.has(key) || this.#absent.has(key);
  }

  /** Loads rows that are not loaded yet. */
  load(keys: readonly string[]): void {
    for (const key of keys) {
      if (!this.isLoaded(key) && this.read(key) === undefined) this.#absent.add(key);
    }
  }

  /** The row as it is on the disk, outside of rules. */
  read(key: string): T | undefined {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const read = this.#options.read(key);
    if (read !== undefined) this.#remember(key, read);
    return read;
  }

  /** The row as it is on the disk, as far as it is remembered. */
  recall(key: string): T | undefined {
    return this.#kept.get(key);
  }

  /** Evicts the row; once the unit of work is on disk, the next read loads it again. */
  forget(key: string): void {
    this.#unit.whenKept(() => this.#drop(key));
  }

  seal(): void {
    for (const [key, { before, after }] of this.#changed) this.#options.write(key, after, before);
  }

  keep(): void {
    for (const [key, { after }] of this.#changed) {
      if (after === undefined) this.#drop(key);
      else this.#remember(key, after);
    }
    this.discard();
  }

  discard(): void {
    this.#changed.clear();
    this.#absent.clear();
    this.#trim();
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
    // Rows loaded for the commands of a unit stay until the commands have run.
    if (!this.#unit.isOpen) this.#trim();
  }

  #trim(): void {
    if (this.#size <= this.#options.most) return;
    for (const oldest of this.#kept.keys()) {
      this.#drop(oldest);
      if (this.#size <= this.#options.most) return;
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
