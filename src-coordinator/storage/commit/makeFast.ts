import type { SqliteDatabase } from '#node/openDatabase.ts';

/** Pages of the write-ahead log before they are copied into the database, and KiB of memory for pages. */
const pages = { beforeCheckpoint: 8192, cacheKib: 32 * 1024 } as const;

/**
 * Settings of a connection that writes much. None weakens what a commit promises: pages that are written often are copied
 * from the log to the database once instead of every thousand pages, and are not read again in between.
 */
export function makeFast(database: SqliteDatabase): void {
  database.pragma(`wal_autocheckpoint = ${pages.beforeCheckpoint}`);
  database.pragma(`cache_size = -${pages.cacheKib}`);
  database.pragma('temp_store = MEMORY');
}
