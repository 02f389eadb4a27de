import type { Command } from '#coordinator/books/Books.ts';
import type { AuditLine } from '#coordinator/books/records.ts';

/** Appends a line to the hash-chained audit log. */
export function recordAudit(line: AuditLine): Command<void> {
  return { kind: 'recordAudit', input: line, rows: { heads: ['audit'] }, rule: (tables) => tables.audit.add(line) };
}
