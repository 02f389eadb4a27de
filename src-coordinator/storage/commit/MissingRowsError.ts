import type { RowNames } from '#coordinator/books/Rows.ts';

/** Thrown through a rule that reads rows which were not loaded. Never escapes from `Commits`. */
export class MissingRowsError extends Error {
  readonly code = 'missing_rows';
  readonly names: RowNames;

  constructor(names: RowNames) {
    super('Rows were not loaded');
    this.name = 'MissingRowsError';
    this.names = names;
  }
}
