import type { SqlValue } from './UnitOfWork.ts';

/** Messages to the writing thread and its answers; one at a time. */
export type ToWriter =
  | {
      readonly kind: 'write';
      /** Statements that were not used before; their places here are their numbers, after those of earlier messages. */
      readonly statements: readonly string[];
      /** For each write the number of its statement, of its values, and its values: flat, since that is copied fastest. */
      readonly flat: readonly SqlValue[];
    }
  | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'written' }
  /** `code` is the error code of SQLite or the file system; '' without one. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
