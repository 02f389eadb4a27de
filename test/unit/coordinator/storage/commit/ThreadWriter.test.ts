import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ThreadWriter, WriterGoneError } from '#coordinator/storage/commit/ThreadWriter.ts';
import { openDatabase, type SqliteDatabase } from '#node/openDatabase.ts';

const insert = 'INSERT INTO facts (id, text, amount, bytes) VALUES (?, ?, ?, ?)';
const rename = 'UPDATE facts SET text = ? WHERE id = ?';

describe('ThreadWriter', () => {
  let folder: string;
  let database: SqliteDatabase;
  let writer: ThreadWriter;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-writer-'));
    const file = path.join(folder, 'facts.db');
    const sql = 'CREATE TABLE facts (id INTEGER PRIMARY KEY, text TEXT NOT NULL, amount INTEGER, bytes BLOB) STRICT';
    database = openDatabase({ file, migrations: [{ name: 'facts', sql }] });
    writer = new ThreadWriter(file);
  });
  afterEach(async () => {
    await writer.close();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const facts = () =>
    database.prepare<[], { id: bigint; text: string }>('SELECT * FROM facts ORDER BY id').safeIntegers().all();

  it('writes all of a unit, with every kind of value, before it says so', async () => {
    const large = 2n ** 60n + 1n;
    const bytes = Uint8Array.of(1, 2, 3);
    await writer.write([
      { sql: insert, values: [1, 'one', large, bytes] },
      { sql: insert, values: [2, 'two', null, null] },
      { sql: rename, values: ['uno', 1] },
    ]);
    expect(facts()).toEqual([
      { id: 1n, text: 'uno', amount: large, bytes: Buffer.from(bytes) },
      { id: 2n, text: 'two', amount: null, bytes: null },
    ]);
    await writer.write([{ sql: rename, values: ['due', 2] }]);
    expect(facts().map(({ text }) => text)).toEqual(['uno', 'due']);
  });

  it('writes nothing of a unit that fails, says what SQLite said, and goes on', async () => {
    const failing = writer.write([
      { sql: insert, values: [1, 'one', null, null] },
      { sql: insert, values: [1, 'again', null, null] },
    ]);
    await expect(failing).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    expect(facts()).toEqual([]);
    await writer.write([{ sql: insert, values: [1, 'one', null, null] }]);
    expect(facts()).toHaveLength(1);
  });

  it('refuses what comes after its end', async () => {
    await writer.close();
    await expect(writer.write([])).rejects.toBeInstanceOf(WriterGoneError);
  });
});
