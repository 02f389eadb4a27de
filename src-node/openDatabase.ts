import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { storageError } from './storageError.ts';

export type SqliteDatabase = Database.Database;

/** A step of a schema. Its number is its position in the list, from 1. A released step must never change. */
export interface Migration {
  readonly name: string;
  /** SQL that runs in one transaction. */
  readonly sql: string;
}

export interface DatabaseOptions {
  /** Path of the database, or `:memory:`. Its folder is created if needed. */
  readonly file: string;
  readonly migrations: readonly Migration[];
  /** How long to wait for the lock of another connection, in milliseconds. */
  readonly busyTimeoutMs?: number;
  /** Larger files are not checked for damage at the start, which would take minutes. */
  readonly checkUpToBytes?: number;
}

const defaults = { busyTimeoutMs: 5000, checkUpToBytes: 256 * 1024 * 1024 } as const;

/** Opens a database whose commits survive a power loss: with WAL and `synchronous=FULL`, because better-sqlite3's default may lose commits. Enables foreign keys and applies missing migrations. A copy is kept before a migration (`….before-<number>`) and of a damaged file (`….damaged`). Throws a SwarmError `storage_damaged`, `storage_full`, `storage_read_only` or `unsupported_version`.
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

/**
 * Opens another connection to a file that `openDatabase` has opened, equally durable, without checks and migrations.
 */
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

/** Keeps a copy of the damaged file for recovery; an earlier copy is not replaced. */
function keepDamaged(file: string, cause: SwarmError): SwarmError {
  const copy = `${file}.damaged`;
  if (existsSync(file) && !existsSync(copy)) copyFileSync(file, copy);
  return new SwarmError('storage_damaged', `The database ${file} is damaged. A copy was kept as ${copy}.`, {
    details: { file, copy },
    cause,
  });
}
