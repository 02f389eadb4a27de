import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#node/openDatabase.ts';
import { storageError } from '#node/storageError.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

const first = { name: 'first', sql: 'CREATE TABLE things (id INTEGER PRIMARY KEY) STRICT' };
const second = { name: 'second', sql: 'ALTER TABLE things ADD COLUMN name TEXT' };

describe('openDatabase', () => {
  let folder: string;
  let file: string;
  const open = (...migrations: (typeof first)[]) => openDatabase({ file, migrations });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-database-'));
    file = path.join(folder, 'deep', 'test.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps what it acknowledged: WAL, full synchronisation, foreign keys', () => {
    using opened = disposable(open(first));
    expect(opened.database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(opened.database.pragma('synchronous', { simple: true })).toBe(2);
    expect(opened.database.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  it('runs what is missing, and keeps a copy from before', () => {
    const old = open(first);
    old.exec('INSERT INTO things VALUES (7)');
    old.close();
    using opened = disposable(open(first, second));
    expect(opened.database.prepare('SELECT * FROM things').all()).toEqual([{ id: 7, name: null }]);
    using copy = disposable(new Database(`${file}.before-2`, { readonly: true }));
    expect(copy.database.prepare('SELECT * FROM things').all()).toEqual([{ id: 7 }]);
  });

  it('leaves the file as it was when a migration fails', () => {
    open(first).close();
    const broken = { name: 'broken', sql: 'CREATE TABLE more (id INTEGER); SELECT no_such_function()' };
    expect(() => open(first, broken)).toThrow('no_such_function');
    using opened = disposable(open(first, second));
    expect(opened.database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'more'`).get()).toBeUndefined();
  });

  it('refuses a file of a newer version', () => {
    open(first, second).close();
    expect(() => open(first)).toThrow(expect.objectContaining({ code: 'unsupported_version' }));
  });

  it.each([
    ['is no database', () => Buffer.alloc(8192, 'x')],
    [
      'has a damaged page',
      (content: Buffer) => {
        content.fill(0xff, 4096 + 8, 4096 + 900);
        return content;
      },
    ],
  ])('says so and keeps a copy when the file %s', (_, damage) => {
    const healthy = open(first);
    healthy.exec(
      'WITH n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n LIMIT 2000) INSERT INTO things SELECT id FROM n',
    );
    healthy.close();
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);
    expect(() => open(first)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
    expect(readFileSync(`${file}.damaged`)).toEqual(damaged);
    // A second start keeps the first copy.
    writeFileSync(file, Buffer.alloc(8192, 'y'));
    expect(() => open(first)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
    expect(readFileSync(`${file}.damaged`)).toEqual(damaged);
  });

  it('says that a folder cannot be written', () => {
    writeFileSync(path.join(folder, 'deep'), 'a file where the folder should be');
    expect(() => open(first)).toThrow(expect.objectContaining({ code: 'storage_read_only' }));
  });

  it('opens databases in memory', () => {
    using opened = disposable(openDatabase({ file: ':memory:', migrations: [first, second] }));
    expect(opened.database.pragma('user_version', { simple: true })).toBe(2);
  });
});

describe('storageError', () => {
  it.each([
    ['SQLITE_FULL', 'storage_full'],
    ['ENOSPC', 'storage_full'],
    ['SQLITE_READONLY_DBMOVED', 'storage_read_only'],
    ['SQLITE_CANTOPEN', 'storage_read_only'],
    ['EACCES', 'storage_read_only'],
    ['SQLITE_CORRUPT_VTAB', 'storage_damaged'],
    ['SQLITE_NOTADB', 'storage_damaged'],
  ])('names %s as %s', (code, expected) => {
    expect(storageError(Object.assign(new Error('x'), { code }))).toMatchObject({ code: expected });
  });

  it('leaves everything else alone', () => {
    const known = new SwarmError('conflict');
    const other = Object.assign(new Error('x'), { code: 'SQLITE_CONSTRAINT' });
    const plain = new Error('x');
    expect([known, other, plain, 'text'].map(storageError)).toEqual([known, other, plain, 'text']);
  });
});

function disposable(database: Database.Database) {
  return { database, [Symbol.dispose]: () => void database.close() };
}
