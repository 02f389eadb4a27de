/** A value of a column in SQLite. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** One statement to run, with its values in order. */
export interface Write {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Rows in memory that a unit of work may change. */
export interface UnitPart {
  /** Notes the writes of changed rows. */
  seal(): void;
  /** The changes are on the disk. */
  keep(): void;
  /** Forgets the changes. */
  discard(): void;
}

/** A point in a unit of work to go back to when a command fails. */
export interface UnitMark {
  readonly undo: number;
  readonly writes: number;
}

/**
 * Everything that one group of commands changes: rows in memory, and writes that wait. Open from the loading of the rows
 * that the commands name until the last of them has run.
 */
export class UnitOfWork {
  readonly #parts: UnitPart[] = [];
  #open = false;
  #writes: Write[] = [];
  #undo: (() => void)[] = [];
  #whenKept: (() => void)[] = [];

  /** True while rows are loaded and commands run. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Rows are written in the order in which they were added here, before all other writes: parents first. */
  add(part: UnitPart): void {
    this.#parts.push(part);
  }

  begin(): void {
    this.#open = true;
  }

  /** Notes a write that is no change of a row in memory. */
  write(sql: string, values: readonly SqlValue[]): void {
    this.#writes.push({ sql, values });
  }

  /** Registers how a change in memory is undone. */
  undo(run: () => void): void {
    this.#undo.push(run);
  }

  /** Runs something once this unit is on the disk. */
  whenKept(run: () => void): void {
    this.#whenKept.push(run);
    this.#undo.push(() => void this.#whenKept.pop());
  }

  mark(): UnitMark {
    return { undo: this.#undo.length, writes: this.#writes.length };
  }

  /** Undoes everything after `mark`. */
  backTo(mark: UnitMark): void {
    for (const undo of this.#undo.splice(mark.undo).toReversed()) undo();
    this.#writes.length = mark.writes;
  }

  /** Closes the unit and returns its writes. They must be on the disk before `keep`. */
  seal(): Write[] {
    const others = this.#writes;
    this.#writes = [];
    for (const part of this.#parts) part.seal();
    const writes = [...this.#writes, ...others];
    this.#writes = [];
    this.#open = false;
    return writes;
  }

  keep(): void {
    for (const part of this.#parts) part.keep();
    for (const run of this.#whenKept.splice(0)) run();
    this.#undo = [];
  }

  /** Forgets everything, also when the unit was not sealed. */
  discard(): void {
    this.#open = false;
    this.backTo({ undo: 0, writes: 0 });
    for (const part of this.#parts) part.discard();
  }
}
