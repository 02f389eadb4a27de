import type { Appends, NewCommit, NumberedEvent } from '#coordinator/books/Appends.ts';
import { type Leg, type NewEntry, onlyChain } from '#coordinator/books/money/entry.ts';
import type { AuditLine } from '#coordinator/books/records.ts';
import type { SqlValue, UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { ChunkTable } from './ChunkTable.ts';
import type { EventRows } from './EventRows.ts';
import type { ReceiptRows } from './ReceiptRows.ts';

const insertParent = 'INSERT INTO task_parents (task_id, place, parent_id) VALUES (?, ?, ?)';
const endText = 'UPDATE task_texts SET ended_at = ? WHERE task_id = ?';
const insertEntry = `INSERT INTO entries (entry_id, chain, at, category, reference, task_id, node_id, price_version, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const insertCommit = 'INSERT INTO commits (commit_id, chain, entries, tree, signature) VALUES (?, ?, ?, ?, ?)';
const insertChange = `INSERT INTO reputation_changes (node_id, assignment_id, at, formula, kind, score, level)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const insertLine =
  'INSERT INTO audit (line_id, at, actor, action, subject, outcome, hash) VALUES (?, ?, ?, ?, ?, ?, ?)';

/** Turns what rules append into rows. */
export class SqliteAppends implements Appends {
  readonly #unit: UnitOfWork;
  readonly #chunks: ChunkTable;
  readonly #events: EventRows;
  readonly #receipts: ReceiptRows;

  constructor(
    unit: UnitOfWork,
    tables: { readonly chunks: ChunkTable; readonly events: EventRows; readonly receipts: ReceiptRows },
  ) {
    this.#unit = unit;
    this.#chunks = tables.chunks;
    this.#events = tables.events;
    this.#receipts = tables.receipts;
  }

  parent({ taskId, place, parentId }: { taskId: string; place: number; parentId: string }): void {
    this.#unit.write(insertParent, [taskId, place, parentId]);
  }

  textEnded(taskId: string, at: number): void {
    this.#unit.write(endText, [at, taskId]);
  }

  prompt(assignmentId: string, ids: readonly number[]): void {
    this.#chunks.keepPrompt(assignmentId, ids);
  }

  chunk(chunk: { assignmentId: string; start: number; ids: readonly number[]; text: string }): void {
    this.#chunks.append(chunk.assignmentId, chunk.start, chunk.ids, chunk.text);
  }

  answerDeleted(taskId: string, assignmentIds: readonly string[]): void {
    this.#chunks.forget(taskId, assignmentIds);
  }

  entry(entry: NewEntry & { entryId: number; hash: Uint8Array }, legs: readonly Leg[]): void {
    const { entryId, at, category, reference, taskId, nodeId, priceVersion, hash } = entry;
    this.#unit.write(insertEntry, [entryId, onlyChain, at, category, reference, taskId, nodeId, priceVersion, hash]);
    const values = legs.flatMap((leg, index): SqlValue[] => {
      const { owner, part } = leg.account;
      const { assignmentId = null, nodeId: legNode = null, counts = null } = leg;
      return [entryId, index, owner, part, leg.amount, assignmentId, legNode, counts];
    });
    this.#unit.write(insertLegs[legs.length] ?? legsStatement(legs.length), values);
  }

  commit({ commitId, chain, entries, tree, signature }: NewCommit): void {
    this.#unit.write(insertCommit, [commitId, chain, entries, tree, signature]);
    this.#unit.whenKept(() => this.#receipts.remember({ commitId, chain, entries, tree, signature }));
  }

  events(stream: string, events: readonly NumberedEvent[]): void {
    this.#events.append(stream, events);
  }

  eventsDelivered(stream: string, upTo: number): void {
    this.#events.delete(stream, upTo);
  }

  reputationChange(change: Parameters<Appends['reputationChange']>[0]): void {
    const { nodeId, assignmentId, at, formula, kind, score, level } = change;
    this.#unit.write(insertChange, [nodeId, assignmentId, at, formula, kind, score, level]);
  }

  auditLine({
    lineId,
    at,
    actor,
    action,
    subject,
    outcome,
    hash,
  }: AuditLine & { lineId: number; hash: Uint8Array }): void {
    this.#unit.write(insertLine, [lineId, at, actor, action, subject, outcome, hash]);
  }
}

function legsStatement(count: number): string {
  return `INSERT INTO legs (entry_id, leg, owner, part, amount, assignment_id, node_id, counts)
    VALUES ${Array.from({ length: count }, () => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`;
}

/** Statements for the usual numbers of legs. */
const insertLegs: readonly string[] = Array.from({ length: 9 }, (_, count) => legsStatement(count));
