import { idBytes } from '#shared/protocol/chain.ts';
import { Rows } from '#coordinator/storage/commit/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { SegmentText } from '#coordinator/books/records.ts';

interface ChunkRow {
  readonly start: number;
  readonly ids: Uint8Array;
  readonly text: string;
}

/** A chunk, with the size in memory of the answer up to its end, so that sizes need not be summed again for each chunk. */
interface KeptChunk extends ChunkRow {
  readonly upTo: number;
}

const insertChunk = 'INSERT INTO chunks (assignment_id, start, ids, text) VALUES (?, ?, ?, ?)';
const insertPrompt = 'INSERT OR IGNORE INTO prompts (assignment_id, ids) VALUES (?, ?)';
const deletePrompts =
  'DELETE FROM prompts WHERE assignment_id IN (SELECT assignment_id FROM assignments WHERE task_id = ?)';
const deleteChunks =
  'DELETE FROM chunks WHERE assignment_id IN (SELECT assignment_id FROM assignments WHERE task_id = ?)';

/** Bytes of answers that are remembered; an answer and each chunk count for some even when they are short. */
const most = { bytes: 64 * 1024 * 1024, eachAnswer: 200, eachChunk: 150 } as const;

/** The tables `chunks` and `prompts`: ids and texts of answers. */
export class ChunkTable {
  readonly #unit: UnitOfWork;
  readonly #chunks: Rows<readonly KeptChunk[]>;
  readonly #prompt;

  constructor(database: SqliteDatabase, unit: UnitOfWork) {
    this.#unit = unit;
    const chunks = database.prepare<[string], ChunkRow>('SELECT start, ids, text FROM chunks WHERE assignment_id = ?');
    this.#chunks = new Rows<readonly KeptChunk[]>(unit, {
      most: most.bytes,
      sizeOf: (answer) => most.eachAnswer + (answer.at(-1)?.upTo ?? 0),
      read: (assignmentId) => {
        const found = chunks.all(assignmentId).toSorted((a, b) => a.start - b.start);
        return found.length === 0 ? undefined : found.reduce<KeptChunk[]>(withNext, []);
      },
      // Each chunk was written when it was appended.
      write: () => undefined,
    });
    this.#prompt = database.prepare<[string], Uint8Array>('SELECT ids FROM prompts WHERE assignment_id = ?').pluck();
  }

  append(assignmentId: string, start: number, tokens: readonly number[], text: string): void {
    const chunk = { start, ids: idBytes(tokens), text };
    this.#unit.write(insertChunk, [assignmentId, start, chunk.ids, text]);
    const earlier = this.#chunks.known(assignmentId) ?? (start === 0 ? [] : undefined);
    // A long answer that is not remembered any more is not read again for each of its chunks.
    if (earlier === undefined) this.#chunks.forget(assignmentId);
    else this.#chunks.insert(assignmentId, [...earlier, kept(earlier, chunk)]);
  }

  /** Keeps the ids of the prompt; those given first stay. */
  keepPrompt(assignmentId: string, ids: readonly number[]): void {
    this.#unit.write(insertPrompt, [assignmentId, idBytes(ids)]);
  }

  /** Deletes prompts and chunks of a task. */
  forget(taskId: string, assignmentIds: readonly string[]): void {
    this.#unit.write(deletePrompts, [taskId]);
    this.#unit.write(deleteChunks, [taskId]);
    for (const assignmentId of assignmentIds) this.#chunks.forget(assignmentId);
  }

  promptIds(assignmentId: string): number[] {
    return idsOf(this.#prompt.get(assignmentId) ?? new Uint8Array());
  }

  /** The text of an assignment's answer so far. */
  text(assignmentId: string): string {
    return this.#inOrder(assignmentId)
      .map((chunk) => chunk.text)
      .join('');
  }

  segment(assignmentId: string): SegmentText {
    const chunks = this.#inOrder(assignmentId);
    return {
      assignmentId,
      promptIds: this.promptIds(assignmentId),
      ids: chunks.flatMap((chunk) => idsOf(chunk.ids)),
      text: chunks.map((chunk) => chunk.text).join(''),
    };
  }

  /** The chunks of an assignment: where each begins in it, how many tokens it has, and its text. */
  chunks(assignmentId: string): { start: number; tokens: number; text: string }[] {
    return this.#inOrder(assignmentId).map(({ start, ids, text }) => ({ start, tokens: ids.length / 4, text }));
  }

  #inOrder(assignmentId: string): readonly KeptChunk[] {
    return this.#chunks.read(assignmentId) ?? [];
  }
}

/** A chunk as it is kept behind the earlier ones of its answer; two bytes for a unit of text, as it may take. */
function kept(earlier: readonly KeptChunk[], chunk: ChunkRow): KeptChunk {
  const before = earlier.at(-1)?.upTo ?? 0;
  return { ...chunk, upTo: before + most.eachChunk + chunk.ids.length + 2 * chunk.text.length };
}

function withNext(earlier: KeptChunk[], chunk: ChunkRow): KeptChunk[] {
  earlier.push(kept(earlier, chunk));
  return earlier;
}

function idsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true));
}
