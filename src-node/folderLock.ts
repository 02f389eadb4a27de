import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** A lock that is held until it is released or the process exits. */
export interface FolderLock {
  release(): void;
}

/**
 * Locks a data folder for this process, by SQLite's file lock on `lock.db`. The operating system releases it with the
 * process on every platform, so that a killed process leaves no stale lock. Throws a SwarmError `already_running`,
 * `storage_read_only` or `storage_full`.
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
    return new SwarmError('already_running', `Another Open Swarm is using ${folder}.`, { cause: error });
  }
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
    return new SwarmError('storage_full', `There is no disk space left for ${folder}.`, { cause: error });
  }
  return new SwarmError('storage_read_only', `The folder ${folder} is not writable.`, { cause: error });
}
