import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { AuditLine } from '#coordinator/books/records.ts';

interface Head {
  readonly lineId: number;
  readonly hash: Uint8Array;
}

const longestField = 500;

const insertLine =
  'INSERT INTO audit (line_id, at, actor, action, subject, outcome, hash) VALUES (?, ?, ?, ?, ?, ?, ?)';

/** Who did what, hash-chained: each line's hash is SHA-256 over its canonical JSON with the hash before it. */
export class AuditLog {
  readonly #unit: UnitOfWork;
  #head: Head;

  constructor(database: SqliteDatabase, unit: UnitOfWork) {
    this.#unit = unit;
    const last = database.prepare<[], Head>(
      'SELECT line_id AS lineId, hash FROM audit WHERE line_id = (SELECT max(line_id) FROM audit)',
    );
    this.#head = last.get() ?? { lineId: 0, hash: new Uint8Array(32) };
  }

  add(line: AuditLine): void {
    const before = this.#head;
    const lineId = before.lineId + 1;
    const previous = Buffer.from(before.hash).toString('base64url');
    // Subjects may come from strangers: no lone surrogates (they have no canonical form), no endless names.
    const told = [line.actor, line.action, line.subject, line.outcome].map((text) =>
      text.slice(0, longestField).toWellFormed(),
    );
    const [actor, action, subject, outcome] = told;
    const canonical = canonicalize({ lineId, at: line.at, actor, action, subject, outcome, previous }) ?? '';
    const hash = createHash('sha256').update(canonical).digest();
    this.#head = { lineId, hash };
    this.#unit.undo(() => (this.#head = before));
    this.#unit.write(insertLine, [lineId, line.at, ...told, hash]);
  }
}
