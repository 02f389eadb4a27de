import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type { Tables } from '#coordinator/books/Tables.ts';

/** Limits of the protocol: token ids and UTF-16 units of one chunk, and ids of the prompt. */
const chunkLimits = { ids: 4096, text: 65_536, promptIds: 262_144 } as const;

export interface NewChunk {
  readonly assignmentId: string;
  /** Given with the first chunk. */
  readonly promptIds?: readonly number[];
  readonly from: number;
  readonly ids: readonly number[];
  readonly text: string;
  readonly chain: string;
  readonly signature: string;
  readonly now: number;
}

export type AppendOutcome =
  | { kind: 'stored'; stored: number }
  /** Already stored, wholly or partly: nothing was written. The node resends from `stored`. */
  | { kind: 'known'; stored: number }
  /** Would leave a gap; the node resends from `stored`. */
  | { kind: 'gap'; stored: number }
  /** The assignment is over. */
  | { kind: 'over'; stored: number };

/**
 * Stores the next chunk of an answer. Resending a chunk changes nothing; a chunk of which a part is stored is not written,
 * since its text cannot be split between tokens: the node resends from `stored`.
 * Throws a SwarmError `assignment_unknown` or `invalid_message`.
 */
export function appendChunk(chunk: NewChunk): Command<AppendOutcome> {
  return {
    kind: 'appendChunk',
    input: chunk,
    rows: { tasksOfAssignments: [chunk.assignmentId] },
    rule: (tables) => append(tables, chunk),
  };
}

function append(tables: Tables, chunk: NewChunk): AppendOutcome {
  const assignment = tables.assignments.get(chunk.assignmentId);
  if (assignment === undefined) throw new SwarmError('assignment_unknown');
  const { stored } = assignment;
  if (assignment.status !== 'running') return { kind: 'over', stored };
  checkSizes(chunk);
  if (chunk.from > stored) return { kind: 'gap', stored };
  if (chunk.from < stored) return { kind: 'known', stored };
  const task = tables.tasks.get(assignment.taskId);
  const after = stored + chunk.ids.length;
  if (task !== undefined && assignment.startIndex + after > task.maxTokens) {
    throw new SwarmError('invalid_message', 'The answer is longer than the task allows.', { field: 'payload.chunks' });
  }
  const { assignmentId, promptIds, ids, text } = chunk;
  if (promptIds !== undefined) tables.appends.prompt(assignmentId, promptIds);
  tables.appends.chunk({ assignmentId, start: stored, ids, text });
  tables.assignments.stored(assignmentId, after, chunk.chain, chunk.signature);
  if (task?.firstTokenAt === null) tables.tasks.firstToken(task.taskId, chunk.now);
  return { kind: 'stored', stored: after };
}

function refuse(field: string, message: string): never {
  throw new SwarmError('invalid_message', message, { field });
}

function checkSizes(chunk: NewChunk): void {
  if (chunk.ids.length === 0 || chunk.ids.length > chunkLimits.ids) {
    refuse('payload.chunks.ids', `A chunk has 1 to ${chunkLimits.ids} ids.`);
  }
  if (chunk.text.length > chunkLimits.text) refuse('payload.chunks.text', 'The text of a chunk is too long.');
  if ((chunk.promptIds?.length ?? 0) > chunkLimits.promptIds) refuse('payload.promptIds', 'The prompt is too long.');
}
