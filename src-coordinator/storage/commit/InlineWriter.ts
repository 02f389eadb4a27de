import type { Statement } from 'better-sqlite3';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { RowWriter } from './RowWriter.ts';
import type { SqlValue, Write } from './UnitOfWork.ts';

/** Writes in the calling thread, over an open database that stays its owner's to close. */
export class InlineWriter implements RowWriter {
  readonly #database: SqliteDatabase;
  readonly #begin;
  readonly #commit;
  /** Statements are few and used all the time: each is prepared when it is first needed. */
  readonly #prepared = new Map<string, Statement<SqlValue[]>>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  write(writes: readonly Write[]): void {
    try {
      this.#begin.run();
      for (const { sql, values } of writes) this.#statement(sql).run(...values);
      this.#commit.run();
    } catch (error) {
      // On a full disk SQLite rolls back the whole transaction by itself.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #statement(sql: string): Statement<SqlValue[]> {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<SqlValue[]>(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
