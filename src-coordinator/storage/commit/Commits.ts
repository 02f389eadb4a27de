import type { RowNames } from '#coordinator/books/Rows.ts';
import { GroupQueue } from '#node/GroupQueue.ts';
import { storageError } from '#node/storageError.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { MissingRowsError } from './MissingRowsError.ts';
import { type MaybePromise, andThen } from './MaybePromise.ts';
import type { RowWriter } from './RowWriter.ts';
import type { UnitOfWork } from './UnitOfWork.ts';

export interface CommitsOptions {
  readonly unit: UnitOfWork;
  readonly writer: RowWriter;
  /** Loads rows that are not remembered: at once, or later. */
  readonly load: (names: readonly RowNames[]) => MaybePromise<void>;
  /** Rows that `beforeCommit` reads. */
  readonly always: RowNames;
  readonly clock: Clock;
  /** Runs a function once, after the callbacks that are ready now. Default: `setImmediate`; simulations pass their own. */
  readonly soon?: (run: () => void) => void;
  /** Runs after the last command of a group, as part of its unit of work. */
  readonly beforeCommit: () => void;
  /** Runs when the group is on the disk, before the callers continue. */
  readonly afterCommit: () => void;
}

/** A command that waits for its group. */
interface Waiting {
  readonly rows: RowNames;
  /** Runs the rule; returns the function that settles the caller's promise after the commit. */
  readonly run: () => Settle;
  readonly reject: (reason: unknown) => void;
}

/** Settles the promise of a command's caller. */
type Settle = () => void;

/**
 * Many commands, one fsync. The rows that a group of commands names are loaded, then its rules run one after the other
 * over rows in memory; their promises settle when the group's writes are on the disk. A rule that throws undoes itself
 * alone; one that reads a row which was not loaded is undone, waits for that row, and runs again. There is one group at
 * a time, so that no row changes between its loading and the rule. Meanwhile the next group gathers.
 */
export class Commits {
  readonly #options: CommitsOptions;
  readonly #queue: GroupQueue<Waiting>;
  #closed = false;

  constructor(options: CommitsOptions) {
    this.#options = options;
    const { clock, soon } = options;
    this.#queue = new GroupQueue({
      clock,
      ...(soon === undefined ? {} : { soon }),
      commit: (group, done) => this.#commit(group, done),
    });
  }

  /** Resolves with what `rule` returned once it is on disk; rejects with what it threw, or why the commit failed. */
  run<T>(rows: RowNames, rule: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new SwarmError('shutting_down'));
    return new Promise<T>((resolve, reject) => {
      const run = (): Settle => {
        const value = rule();
        return () => resolve(value);
      };
      this.#queue.add({ rows, run, reject });
    });
  }

  /** Commits the queued commands; refuses all later ones. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#queue.drained();
  }

  #commit(group: readonly Waiting[], done: () => void): void {
    const settles: Settle[] = [];
    let written: MaybePromise<void>;
    try {
      written = this.#store(group, settles);
    } catch (error) {
      this.#failed(group, error, done);
      return;
    }
    if (!(written instanceof Promise)) {
      this.#succeeded(settles, done);
      return;
    }
    void written.then(
      () => this.#succeeded(settles, done),
      (error: unknown) => this.#failed(group, error, done),
    );
  }

  /** Loads, runs and writes a group; it is on the disk when this returns or resolves. */
  #store(group: readonly Waiting[], settles: Settle[]): MaybePromise<void> {
    const { unit, writer, load, always, beforeCommit } = this.#options;
    unit.begin();
    const loaded = load([always, ...group.map(({ rows }) => rows)]);
    const ran = andThen(loaded, () => this.#runFrom(group, settles));
    return andThen(ran, () => {
      beforeCommit();
      const writes = unit.seal();
      // Commands that changed nothing need no write: everything they read is on the disk.
      return writes.length === 0 ? undefined : writer.write(writes);
    });
  }

  /** Runs the commands that have not run yet; `settles` has one function for each that has. */
  #runFrom(group: readonly Waiting[], settles: Settle[]): MaybePromise<void> {
    while (settles.length < group.length) {
      const waiting = group[settles.length];
      if (waiting === undefined) return undefined;
      const ran = this.#runOne(waiting);
      if (ran instanceof MissingRowsError) {
        const loaded = this.#options.load([ran.names]);
        if (loaded instanceof Promise) return loaded.then(() => this.#runFrom(group, settles));
      } else {
        settles.push(ran);
      }
    }
    return undefined;
  }

  #runOne(waiting: Waiting): Settle | MissingRowsError {
    const { unit } = this.#options;
    const mark = unit.mark();
    try {
      return waiting.run();
    } catch (error) {
      unit.backTo(mark);
      if (error instanceof MissingRowsError) return error;
      const reason = storageError(error);
      return () => waiting.reject(reason);
    }
  }

  #succeeded(settles: readonly Settle[], done: () => void): void {
    try {
      this.#options.unit.keep();
      // Callers continue in a later turn, so `afterCommit` still runs before them; an error in it must not leave them waiting.
      for (const settle of settles) settle();
      this.#options.afterCommit();
    } finally {
      done();
    }
  }

  /** Undoes the group. If SQLite refused a row, one command caused it: then each command is tried alone. */
  #failed(group: readonly Waiting[], error: unknown, done: () => void): void {
    this.#options.unit.discard();
    if (group.length > 1 && isRefusedRow(error)) {
      this.#oneByOne(group, done);
      return;
    }
    const reason = storageError(error);
    for (const waiting of group) waiting.reject(reason);
    done();
  }

  #oneByOne([first, ...others]: readonly Waiting[], done: () => void): void {
    if (first === undefined) done();
    else this.#commit([first], () => this.#oneByOne(others, done));
  }
}

function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT');
}
