import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Appends } from './Appends.ts';
import type { AuditLine } from './records.ts';
import type { Rows } from './Rows.ts';

/** Maximum length of a field in UTF-16 units. */
const longestField = 500;

/** The hash-chained audit log: the hash of each line is the SHA-256 of its canonical JSON, which includes the previous hash. */
export class AuditLog {
  readonly #heads: Rows['heads'];
  readonly #appends: Appends;

  constructor(rows: Pick<Rows, 'heads'>, appends: Appends) {
    this.#heads = rows.heads;
    this.#appends = appends;
  }

  add(line: AuditLine): void {
    const head = this.#heads.get('audit') ?? { id: 0, hash: new Uint8Array(32) };
    const lineId = head.id + 1;
    const previous = Buffer.from(head.hash).toString('base64url');
    const fields = {
      actor: fieldOf(line.actor),
      action: fieldOf(line.action),
      subject: fieldOf(line.subject),
      outcome: fieldOf(line.outcome),
    };
    const canonical = canonicalize({ lineId, at: line.at, ...fields, previous }) ?? '';
    const hash = createHash('sha256').update(canonical).digest();
    this.#heads.set('audit', { id: lineId, hash });
    this.#appends.auditLine({ lineId, at: line.at, ...fields, hash });
  }
}

/** Fields may come from unauthenticated clients: removes lone surrogates, which have no canonical form, and limits the length. */
function fieldOf(text: string): string {
  return text.slice(0, longestField).toWellFormed();
}
