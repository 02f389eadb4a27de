import type { RowNames } from './Rows.ts';
import type { Tables } from './Tables.ts';

/**
 * One change of the books. `rule` is synchronous and decides from loaded rows alone: it takes the time from its input and
 * neither calls nor awaits anything else, so that it can be undone and run again. Created by the functions in `commands`.
 */
export interface Command<T> {
  /** Its name, for logs and tests. */
  readonly kind: string;
  /** The constructor's argument. */
  readonly input: unknown;
  /** Rows that the rule will read. A row that is missing here is loaded when the rule reads it, and the rule starts again. */
  readonly rows: RowNames;
  /** If it throws, `Books.run` rejects with that error, and nothing of this command remains. */
  readonly rule: (tables: Tables) => T;
}

/** The durable rules of the swarm: money, tasks, reputation, events. The only way to change stored data. */
export interface Books {
  /**
   * Loads the rows that the command names, runs its rule on them, and writes the changes. Resolves with the rule's outcome
   * after the commit that contains it (fsync); rejects with the error of the rule or of the commit.
   */
  run<T>(command: Command<T>): Promise<T>;
}
