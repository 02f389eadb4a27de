import type { SqliteDatabase } from '#node/openDatabase.ts';

/** Durable transactions. */
export interface Writer {
  /**
   * Runs synchronous work in a transaction, which concurrent calls may share, and resolves after its commit. Work that
   * throws is rolled back, and the promise rejects.
   */
  write<T>(work: () => T): Promise<T>;
}

export type Db = SqliteDatabase;
