import type { RowNames } from './Rows.ts';
import type { Tables } from './Tables.ts';

/**
 * One change of the books. `rule` is synchronous and decides over loaded rows alone: it takes the time from its input and
 * neither calls nor awaits anything outside, so that it can be undone and run again. Made by the constructors in `commands`.
 */
export interface Command<T> {
  /** Its name, for logs and tests. */
  readonly kind: string;
  /** The constructor's argument. */
  readonly input: unknown;
  /** Rows that the rule will look at. One that is missing here is loaded when the rule asks for it, which then starts again. */
  readonly rows: RowNames;
  /** If it throws, `Books.run` rejects with that error, and nothing of this command remains. */
  readonly rule: (tables: Tables) => T;
}

/** The durable rules of the swarm: money, tasks, reputation, events. The only way to change anything on the disk. */
export interface Books {
  /**
   * Loads the rows that the command names, runs its rule over them, and writes what it changed. Resolves with the rule's
   * outcome after the commit that holds it (fsync); rejects with what the rule threw, or why the commit failed.
   */
  run<T>(command: Command<T>): Promise<T>;
}
