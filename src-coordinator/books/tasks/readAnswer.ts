import type { AssignmentRecord, SegmentText, TaskRecord } from '#coordinator/books/records.ts';
import { isPartOfAnswer } from './taskView.ts';

/** The whole current answer of a task. */
export interface Answer {
  readonly attempt: number;
  readonly ids: number[];
  readonly text: string;
  /** Ids of the prompt, from the first segment that has them. */
  readonly promptIds: number[];
}

/** A part of the current answer of a task. */
export interface AnswerPart {
  readonly attempt: number;
  /** Index of the first token of this part: the start of the chunk that contains the requested token. */
  readonly from: number;
  readonly tokens: number;
  readonly text: string;
}

/** A chunk of a segment: its start in the segment, and its number of tokens. */
export interface ChunkText {
  readonly start: number;
  readonly tokens: number;
  readonly text: string;
}

/** The assignments that the current answer consists of, in order. */
export function partsOf(task: TaskRecord, assignments: readonly AssignmentRecord[]): AssignmentRecord[] {
  return assignments.filter((assignment) => isPartOfAnswer(task, assignment));
}

/** Joins the segments of the current answer. */
export function joinAnswer(task: TaskRecord, segments: readonly SegmentText[]): Answer {
  return {
    attempt: task.attempt,
    ids: segments.flatMap((segment) => segment.ids),
    text: segments.map((segment) => segment.text).join(''),
    promptIds: [...(segments.find((segment) => segment.promptIds.length > 0)?.promptIds ?? [])],
  };
}

/**
 * The current answer from token `from` on; from its beginning when another attempt was requested. `segments` are its parts
 * in order, with the index in the whole answer at which each begins.
 */
export function answerPart(
  task: TaskRecord,
  segments: readonly { readonly startIndex: number; readonly chunks: readonly ChunkText[] }[],
  asked: { readonly attempt: number; readonly from: number },
): AnswerPart {
  const chunks = segments.flatMap(({ startIndex, chunks: own }) =>
    own.map((chunk) => ({ ...chunk, start: startIndex + chunk.start })),
  );
  const wanted = task.attempt === asked.attempt ? asked.from : 0;
  const part = chunks.filter((chunk) => chunk.start + chunk.tokens > wanted);
  return {
    attempt: task.attempt,
    from: part[0]?.start ?? chunks.reduce((sum, chunk) => sum + chunk.tokens, 0),
    tokens: part.reduce((sum, chunk) => sum + chunk.tokens, 0),
    text: part.map((chunk) => chunk.text).join(''),
  };
}
