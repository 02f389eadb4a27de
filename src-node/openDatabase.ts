import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { storageError } from './storageError.ts';

export type SqliteDatabase = Database.Database;

/** One numbered step of a schema. Its number is its place in the list, from 1; a step that was released never changes. */
export interface Migration {
  readonly name: string;
  /** SQL of the step; runs in one transaction. */
  readonly sql: string;
}

export interface DatabaseOptions {
  /** File of the database, or `:memory:`. Its folder is made when it is missing. */
  readonly file: string;
  readonly migrations: readonly Migration[];
  /** Milliseconds to wait for another connection's lock. */
  readonly busyTimeoutMs?: number;
  /** Larger files are not read through at every start: a restart must not wait for minutes. */
  readonly checkUpToBytes?: number;
}

const defaults = { busyTimeoutMs: 5000, checkUpToBytes: 256 * 1024 * 1024 } as const;

/**
 * Opens a database that keeps what it acknowledged: WAL, `synchronous=FULL` (better-sqlite3's default can lose commits
 * on power loss), foreign keys, and every migration that is missing. A copy is kept beside the file before a migration
 * (`….before-<number>`) and when the file is damaged (`….damaged`).
 * Throws a SwarmError `storage_damaged`, `storage_full`, `storage_read_only` or `unsupported_version`.
 */
export function openDatabase(options: DatabaseOptions): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    if (options.file !== ':memory:') mkdirSync(path.dirname(options.file), { recursive: true, mode: 0o700 });
    database = new Database(options.file, { timeout: options.busyTimeoutMs ?? defaults.busyTimeoutMs });
    makeDurable(database);
    checkIntegrity(database, options.checkUpToBytes ?? defaults.checkUpToBytes);
    migrate(database, options.migrations);
    return database;
  } catch (error) {
    database?.close();
    const known = storageError(error);
    if (known instanceof SwarmError && known.code === 'storage_damaged') throw keepDamaged(options.file, known);
    throw known;
  }
}

/** One more connection to a file that `openDatabase` has opened: as durable, and nothing is checked or migrated again. */
export function openPrepared(file: string): SqliteDatabase {
  const database = new Database(file, { timeout: defaults.busyTimeoutMs, fileMustExist: true });
  makeDurable(database);
  return database;
}

function makeDurable(database: SqliteDatabase): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const found = database.pragma('synchronous', { simple: true });
  if (found !== 2) throw new SwarmError('internal', `SQLite runs with synchronous=${String(found)} instead of FULL.`);
}

function checkIntegrity(database: SqliteDatabase, upToBytes: number): void {
  if (!database.memory && statSync(database.name).size > upToBytes) return;
  const found = database.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new SwarmError('storage_damaged', `The database ${database.name} is damaged.`);
}

function migrate(database: SqliteDatabase, migrations: readonly Migration[]): void {
  const present = Number(database.pragma('user_version', { simple: true }));
  if (present > migrations.length) {
    throw new SwarmError('unsupported_version', `${database.name} was written by a newer version of Open Swarm.`);
  }
  migrations.slice(present).forEach((migration, index) => {
    const number = present + index + 1;
    if (present > 0 && !database.memory) backUp(database, `${database.name}.before-${number}`);
    database.transaction(() => {
      database.exec(migration.sql);
      database.pragma(`user_version = ${number}`);
    })();
  });
}

function backUp(database: SqliteDatabase, file: string): void {
  rmSync(file, { force: true });
  database.prepare('VACUUM INTO ?').run(file);
}

/** Keeps the damaged file for whoever wants to rescue something; the first copy stays. */
function keepDamaged(file: string, cause: SwarmError): SwarmError {
  const copy = `${file}.damaged`;
  if (existsSync(file) && !existsSync(copy)) copyFileSync(file, copy);
  return new SwarmError('storage_damaged', `The database ${file} is damaged. A copy was kept as ${copy}.`, {
    details: { file, copy },
    cause,
  });
}
