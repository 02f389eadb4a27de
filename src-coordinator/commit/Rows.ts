import type { UnitOfWork, UnitPart } from './UnitOfWork.ts';

export interface RowsOptions<T> {
  /** How many rows are remembered; the oldest go. Those that a unit changes stay until it is over. */
  readonly most: number;
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

  constructor(unit: UnitOfWork, options: RowsOptions<T>) {
    this.#unit = unit;
    this.#options = options;
    unit.add(this);
  }

  /** Inside a command with what the group changed so far, outside as it is on the disk. */
  get(key: string): T | undefined {
    if (this.#unit.isOpen) {
      const changed = this.#changed.get(key);
      if (changed !== undefined) return changed.after;
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const read = this.#options.read(key);
    if (read !== undefined) this.#remember(key, read);
    return read;
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
    this.#unit.whenKept(() => this.#kept.delete(key));
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
    this.#kept.set(key, value);
    if (this.#kept.size <= this.#options.most) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
