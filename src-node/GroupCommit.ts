import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { SqliteDatabase } from './openDatabase.ts';
import { storageError } from './storageError.ts';

/** Something in memory that a command may add to, and that must forget what a failed command added. */
export interface Undoable {
  mark(): number;
  backTo(mark: number): void;
}

export interface GroupCommitOptions {
  readonly database: SqliteDatabase;
  readonly clock: Clock;
  /** Runs a function once, after what is ready now; `setImmediate` unless a simulation says otherwise. */
  readonly soon?: (run: () => void) => void;
  /** What commands add to in memory. */
  readonly undo?: readonly Undoable[];
  /** Runs inside the transaction, after its last command. */
  readonly beforeCommit?: () => void;
  /** Runs when the commit is on disk, before anybody is told. */
  readonly afterCommit?: () => void;
}

/** DESIGN 6: a group collects for at most 5 ms or 128 commands; what has queued up meanwhile goes along, up to a bound. */
export const groupLimits = { waitMs: 5, commands: 128, most: 1024 } as const;

interface Waiting {
  /** Runs the command and gives what tells its caller. */
  readonly run: () => Tell;
  readonly reject: (reason: unknown) => void;
}

type Tell = () => void;

/**
 * Many commands, one fsync. Each command is a synchronous function that runs under its own savepoint inside the
 * group's one transaction; its promise settles after the commit. A command that throws undoes itself alone.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #begin;
  readonly #commit;
  readonly #savepoint;
  readonly #release;
  #queue: Waiting[] = [];
  #planned: 'no' | 'soon' | Timer = 'no';
  #closed = false;
  /** When the last commit ended, and how long it took: a busy disk is given time to gather more. */
  #lastEnd = Number.NEGATIVE_INFINITY;
  #lastTook = 0;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    const { database } = options;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT command');
    this.#release = database.prepare('RELEASE command');
  }

  /** Resolves with what `command` returned once it is on disk; rejects with what it threw, or why the commit failed. */
  run<T>(command: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new SwarmError('shutting_down'));
    return new Promise<T>((resolve, reject) => {
      const run = (): Tell => {
        const value = command();
        return () => resolve(value);
      };
      this.#queue.push({ run, reject });
      this.#plan();
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    if (typeof this.#planned === 'object') this.#planned.cancel();
    this.#planned = 'no';
    while (this.#queue.length > 0) this.#commitGroup(this.#queue.splice(0, groupLimits.most));
  }

  /** Commits what waits; refuses everything after. */
  close(): void {
    this.#closed = true;
    this.flush();
  }

  #plan(): void {
    if (this.#planned === 'soon') return;
    const full = this.#queue.length >= groupLimits.commands;
    if (typeof this.#planned === 'object') {
      if (!full) return;
      this.#planned.cancel();
    }
    const { clock, soon = setImmediate } = this.#options;
    const wait = full ? 0 : Math.min(groupLimits.waitMs, this.#lastTook) - (clock.monotonic() - this.#lastEnd);
    if (wait < 1) {
      this.#planned = 'soon';
      soon(() => this.flush());
    } else {
      this.#planned = clock.setTimer(wait, () => this.flush());
    }
  }

  #commitGroup(group: readonly Waiting[]): void {
    const { clock } = this.#options;
    const start = clock.monotonic();
    const marks = this.#marks();
    let outcomes: Tell[];
    try {
      this.#begin.run();
      outcomes = group.map((waiting) => this.#runOne(waiting));
      this.#options.beforeCommit?.();
      this.#commit.run();
    } catch (error) {
      this.#abandon(marks);
      const reason = storageError(error);
      for (const waiting of group) waiting.reject(reason);
      return;
    } finally {
      this.#lastEnd = clock.monotonic();
      this.#lastTook = this.#lastEnd - start;
    }
    // Callers go on in a later turn, so what follows still runs before them; a mistake in it must not leave them waiting.
    for (const tell of outcomes) tell();
    this.#options.afterCommit?.();
  }

  #runOne(waiting: Waiting): Tell {
    const { database } = this.#options;
    const marks = this.#marks();
    this.#savepoint.run();
    try {
      const tell = waiting.run();
      this.#release.run();
      return tell;
    } catch (error) {
      // A full disk makes SQLite give up the whole transaction: nothing of the group is left to commit.
      if (!database.inTransaction) throw error;
      database.exec('ROLLBACK TO command; RELEASE command');
      this.#backTo(marks);
      const reason = storageError(error);
      return () => waiting.reject(reason);
    }
  }

  #abandon(marks: readonly number[]): void {
    const { database } = this.#options;
    if (database.inTransaction) database.exec('ROLLBACK');
    this.#backTo(marks);
  }

  #marks(): number[] {
    return (this.#options.undo ?? []).map((undoable) => undoable.mark());
  }

  #backTo(marks: readonly number[]): void {
    this.#options.undo?.forEach((undoable, index) => undoable.backTo(marks[index] ?? 0));
  }
}
