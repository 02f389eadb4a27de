import { GroupQueue } from '#node/GroupQueue.ts';
import { storageError } from '#node/storageError.ts';
import { enqueueCommand, type Tell, type WaitingCommand } from '#node/waitingCommand.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { RowWriter } from './RowWriter.ts';
import type { UnitOfWork } from './UnitOfWork.ts';

export interface CommitsOptions {
  readonly unit: UnitOfWork;
  readonly writer: RowWriter;
  readonly clock: Clock;
  /** Runs a function once, after what is ready now; `setImmediate` unless a simulation says otherwise. */
  readonly soon?: (run: () => void) => void;
  /** Runs after the last command of a group, as part of its unit of work. */
  readonly beforeCommit: () => void;
  /** Runs when the group is on the disk, before anybody is told. */
  readonly afterCommit: () => void;
}

/**
 * Many commands, one fsync. Commands change rows in memory; their promises settle when the group's writes are on the disk.
 * A command that throws undoes itself alone. While a group is being written the next one gathers.
 */
export class Commits {
  readonly #options: CommitsOptions;
  readonly #queue: GroupQueue<WaitingCommand>;
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

  /** Resolves with what `command` returned once it is on disk; rejects with what it threw, or why the commit failed. */
  run<T>(command: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new SwarmError('shutting_down'));
    return enqueueCommand(this.#queue, command);
  }

  /** Commits what waits; refuses everything after. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#queue.drained();
  }

  #commit(group: readonly WaitingCommand[], done: () => void): void {
    const { unit, writer, beforeCommit } = this.#options;
    let tells: Tell[];
    let written: void | Promise<void>;
    try {
      unit.begin();
      tells = group.map((waiting) => this.#runOne(waiting));
      beforeCommit();
      const writes = unit.seal();
      // Commands that changed nothing wait for nothing: what they saw is on the disk.
      written = writes.length === 0 ? undefined : writer.write(writes);
    } catch (error) {
      this.#failed(group, error, done);
      return;
    }
    if (written === undefined) {
      this.#succeeded(tells, done);
      return;
    }
    void written.then(
      () => this.#succeeded(tells, done),
      (error: unknown) => this.#failed(group, error, done),
    );
  }

  #runOne(waiting: WaitingCommand): Tell {
    const { unit } = this.#options;
    const mark = unit.mark();
    try {
      return waiting.run();
    } catch (error) {
      unit.backTo(mark);
      const reason = storageError(error);
      return () => waiting.reject(reason);
    }
  }

  #succeeded(tells: readonly Tell[], done: () => void): void {
    try {
      this.#options.unit.keep();
      // Callers go on in a later turn, so what follows still runs before them; a mistake in it must not leave them waiting.
      for (const tell of tells) tell();
      this.#options.afterCommit();
    } finally {
      done();
    }
  }

  /** Nothing of the group happened. A row that SQLite refuses is one command's doing: then each is tried alone. */
  #failed(group: readonly WaitingCommand[], error: unknown, done: () => void): void {
    this.#options.unit.discard();
    if (group.length > 1 && isRefusedRow(error)) {
      this.#oneByOne(group, done);
      return;
    }
    const reason = storageError(error);
    for (const waiting of group) waiting.reject(reason);
    done();
  }

  #oneByOne([first, ...others]: readonly WaitingCommand[], done: () => void): void {
    if (first === undefined) done();
    else this.#commit([first], () => this.#oneByOne(others, done));
  }
}

function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT');
}
