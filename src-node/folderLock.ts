import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** Held until released or until the process ends, however it ends. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the one lock of a data folder. It is SQLite's own file lock on `lock.db`: the operating system drops it with
 * the process, so that a lock left by a killed program is never stale, on every platform alike.
 * Throws a SwarmError `already_running`, `storage_read_only` or `storage_full`.
 */
export function lockFolder(folder: string): FolderLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new Database(path.join(folder, 'lock.db'), { timeout: 0 });
    try {
      database.pragma('locking_mode = EXCLUSIVE');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      throw error;
    }
    return { release: () => database.close() };
  } catch (error) {
    throw lockError(folder, error);
  }
}

function lockError(folder: string, error: unknown): SwarmError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('SQLITE_BUSY')) {
    return new SwarmError('already_running', `Another Open Swarm uses ${folder}.`, { cause: error });
  }
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
    return new SwarmError('storage_full', `No space is left for ${folder}.`, { cause: error });
  }
  return new SwarmError('storage_read_only', `The folder ${folder} cannot be written.`, { cause: error });
}
