import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { GroupQueue } from '#node/GroupQueue.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { storageError } from '#node/storageError.ts';

export interface GroupCommitOptions {
  readonly database: SqliteDatabase;
  readonly clock: Clock;
  /** Runs a function once, soon, but after what is ready now; `setImmediate` by default. */
  readonly soon?: (run: () => void) => void;
}

/** Settles the promise of a command's caller. */
type Settle = () => void;

interface QueuedCommand {
  /** Runs the command. Call the result once the command is on disk. */
  readonly run: () => Settle;
  readonly reject: (reason: unknown) => void;
}

/**
 * Group commit: many commands share one transaction and one fsync. Each command is a synchronous function that runs in
 * its own savepoint; its promise settles after the commit. A command that throws is rolled back alone.
 */
export class GroupCommit {
  readonly #database: SqliteDatabase;
  readonly #begin;
  readonly #commit;
  readonly #savepoint;
  readonly #release;
  readonly #queue: GroupQueue<QueuedCommand>;
  #closed = false;

  constructor({ database, clock, soon }: GroupCommitOptions) {
    this.#database = database;
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

  /** Resolves with the result of `command` once it is on disk. Rejects with its error, or with that of the commit. */
  run<T>(command: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new SwarmError('shutting_down'));
    return new Promise<T>((resolve, reject) => {
      const run = (): Settle => {
        const value = command();
        return () => resolve(value);
      };
      this.#queue.add({ run, reject });
    });
  }

  /** Commits pending commands now. */
  flush(): void {
    this.#queue.flush();
  }

  /** Commits pending commands; later ones are rejected. */
  close(): void {
    this.#closed = true;
    this.flush();
  }

  #commitGroup(group: readonly QueuedCommand[]): void {
    let settlers: Settle[];
    try {
      this.#begin.run();
      settlers = group.map((queued) => this.#runOne(queued));
      this.#commit.run();
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      const reason = storageError(error);
      for (const queued of group) queued.reject(reason);
      return;
    }
    for (const settle of settlers) settle();
  }

  #runOne(queued: QueuedCommand): Settle {
    this.#savepoint.run();
    try {
      const settle = queued.run();
      this.#release.run();
      return settle;
    } catch (error) {
      // On a full disk SQLite rolls back the whole transaction, so that nothing is left to commit.
      if (!this.#database.inTransaction) throw error;
      this.#database.exec('ROLLBACK TO command; RELEASE command');
      const reason = storageError(error);
      return () => queued.reject(reason);
    }
  }
}
