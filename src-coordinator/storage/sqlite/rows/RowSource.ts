/** How the rows of one kind are read from SQLite and written to it. */
export interface RowSource<T> {
  /** How many rows are remembered, or how much of them by `sizeOf`. */
  readonly most: number;
  readonly sizeOf?: (value: T) => number;
  readonly read: (key: string) => T | undefined;
  /** Notes the writes of one changed row. Without `before` it is new, without `after` it is deleted. */
  readonly write: (key: string, after: T | undefined, before: T | undefined) => void;
}

/** For rows that are written with something else, or never deleted. */
export function writesNothing(): void {
  // Nothing to write.
}
