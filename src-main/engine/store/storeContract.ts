import type { SqliteDatabase } from '#node/openDatabase.ts';

/** Durable transactions. */
export interface Writer {
  /**
   * Runs synchronous work in a transaction and resolves after its commit, which concurrent calls may share. Work that
   * throws is rolled back, and the promise rejects.
   */
  write<T>(work: () => T): Promise<T>;
}

export type Db = SqliteDatabase;
