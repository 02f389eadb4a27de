import type { SqliteDatabase } from '#node/openDatabase.ts';

/** Runs work in one durable transaction; several calls may share a commit. Resolves after the commit. */
export interface Writer {
  /** `work` is synchronous: no awaiting inside a transaction. What it throws undoes it and rejects. */
  write<T>(work: () => T): Promise<T>;
}

export type Db = SqliteDatabase;
