import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** A temporary copy of a database, deleted on disposal. */
export interface DatabaseCopy extends Disposable {
  readonly database: Database.Database;
}

/**
 * Opens a copy of a database and its write-ahead log, so that entries left in the log by a killed server are included and
 * the original folder is never changed. Throws a SwarmError `not_found` or `storage_damaged`.
 */
export function openCopy(file: string): DatabaseCopy {
  if (!existsSync(file)) throw new SwarmError('not_found', `There is no coordinator database at ${file}.`);
  const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-verify-'));
  const copy = path.join(folder, path.basename(file));
  try {
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    const database = new Database(copy);
    if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') {
      database.close();
      throw new SwarmError('storage_damaged', `The database ${file} is damaged.`);
    }
    return {
      database,
      [Symbol.dispose]() {
        database.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (error instanceof Database.SqliteError) {
      throw new SwarmError('storage_damaged', `The database ${file} cannot be read.`, { cause: error });
    }
    throw error;
  }
}
