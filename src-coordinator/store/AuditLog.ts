import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { AuditLine } from './records.ts';

interface Head {
  readonly line_id: number;
  readonly hash: Uint8Array;
}

const longestField = 500;

/** Who did what, hash-chained: each line's hash is SHA-256 over its canonical JSON with the hash before it. */
export class AuditLog {
  readonly #head;
  readonly #insert;

  constructor(database: SqliteDatabase) {
    this.#head = database.prepare<[], Head>(
      'SELECT line_id, hash FROM audit WHERE line_id = (SELECT max(line_id) FROM audit)',
    );
    this.#insert = database.prepare(
      'INSERT INTO audit (line_id, at, actor, action, subject, outcome, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  add(line: AuditLine): void {
    const head = this.#head.get();
    const lineId = (head?.line_id ?? 0) + 1;
    const previous = Buffer.from(head?.hash ?? new Uint8Array(32)).toString('base64url');
    // Subjects may come from strangers: no lone surrogates (they have no canonical form), no endless names.
    const [actor, action, subject, outcome] = [line.actor, line.action, line.subject, line.outcome].map((text) =>
      text.slice(0, longestField).toWellFormed(),
    );
    const canonical = canonicalize({ lineId, at: line.at, actor, action, subject, outcome, previous }) ?? '';
    const hash = createHash('sha256').update(canonical).digest();
    this.#insert.run(lineId, line.at, actor, action, subject, outcome, hash);
  }
}
