import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { GroupQueue } from './GroupQueue.ts';
import type { SqliteDatabase } from './openDatabase.ts';
import { storageError } from './storageError.ts';
import { enqueueCommand, type Tell, type WaitingCommand } from './waitingCommand.ts';

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
  readonly #queue: GroupQueue<WaitingCommand>;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    const { database, clock, soon } = options;
    this.#queue = new GroupQueue({
      clock,
      ...(soon === undefined ? {} : { soon }),
      commit: (group, done) => {
        this.#commitGroup(group);
        done();
      },
    });
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT command');
    this.#release = database.prepare('RELEASE command');
  }

  /** Resolves with what `command` returned once it is on disk; rejects with what it threw, or why the commit failed. */
  run<T>(command: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new SwarmError('shutting_down'));
    return enqueueCommand(this.#queue, command);
  }

  /** Commits what waits, now. */
  flush(): void {
    this.#queue.flush();
  }

  /** Commits what waits; refuses everything after. */
  close(): void {
    this.#closed = true;
    this.flush();
  }

  #commitGroup(group: readonly WaitingCommand[]): void {
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
    }
    // Callers go on in a later turn, so what follows still runs before them; a mistake in it must not leave them waiting.
    for (const tell of outcomes) tell();
    this.#options.afterCommit?.();
  }

  #runOne(waiting: WaitingCommand): Tell {
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
