import { idBytes } from '#shared/protocol/chain.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { SegmentText } from './records.ts';

interface ChunkRow {
  readonly start: number;
  readonly ids: Uint8Array;
  readonly text: string;
}

/** The tables `chunks` and `prompts`: ids and texts of answers. */
export class ChunkTable {
  readonly #insert;
  readonly #insertPrompt;
  readonly #chunks;
  readonly #prompt;

  constructor(database: SqliteDatabase) {
    this.#insert = database.prepare<[string, number, Uint8Array, string]>(
      'INSERT INTO chunks (assignment_id, start, ids, text) VALUES (?, ?, ?, ?)',
    );
    this.#insertPrompt = database.prepare<[string, Uint8Array]>(
      'INSERT OR IGNORE INTO prompts (assignment_id, ids) VALUES (?, ?)',
    );
    this.#chunks = database.prepare<[string], ChunkRow>('SELECT start, ids, text FROM chunks WHERE assignment_id = ?');
    this.#prompt = database.prepare<[string], Uint8Array>('SELECT ids FROM prompts WHERE assignment_id = ?').pluck();
  }

  append(assignmentId: string, start: number, ids: readonly number[], text: string): void {
    this.#insert.run(assignmentId, start, idBytes(ids), text);
  }

  /** Keeps the ids of the prompt; those given first stay. */
  keepPrompt(assignmentId: string, ids: readonly number[]): void {
    this.#insertPrompt.run(assignmentId, idBytes(ids));
  }

  promptIds(assignmentId: string): number[] {
    return idsOf(this.#prompt.get(assignmentId) ?? new Uint8Array());
  }

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

  #inOrder(assignmentId: string): ChunkRow[] {
    return this.#chunks.all(assignmentId).toSorted((a, b) => a.start - b.start);
  }
}

function idsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true));
}
