import type { ModelShape } from '#shared/domain/models/model.ts';
import type { z } from 'zod';

/**
 * UTF-8 bytes of text that tokens may bring on average, and some for short answers. The longest tokens of usual vocabularies
 * (runs of spaces) have 128 bytes, and text may only come later than its tokens, never earlier.
 */
const mostText = { bytesPerToken: 256, bytesBesides: 1024 } as const;

/** Where an assignment's answer stands before a chunk. */
export interface AnswerPosition {
  readonly count: number;
  /** UTF-8 bytes of its text. */
  readonly textBytes: number;
  readonly lastId: number | null;
  readonly shape: z.infer<typeof ModelShape>;
  /** Tokens this assignment may deliver. */
  readonly maxTokens: number;
}

export type ChunkVerdict =
  | { readonly kind: 'take' }
  /** It was stored before. */
  | { readonly kind: 'known' }
  /** Something before it is missing. */
  | { readonly kind: 'gap' }
  /** Its first `known` ids were stored before; its text cannot be cut there, so it is sent again from what is stored. */
  | { readonly kind: 'overlap'; readonly known: number }
  | { readonly kind: 'bad'; readonly field: string; readonly reason: string };

/** Checks a chunk against the model's shape and the answer so far; the chain is checked apart. Pure. */
export function checkChunk(
  position: AnswerPosition,
  chunk: { readonly from: number; readonly ids: readonly number[]; readonly text: string },
): ChunkVerdict {
  if (chunk.from > position.count) return { kind: 'gap' };
  if (chunk.from < position.count) {
    return chunk.from + chunk.ids.length <= position.count
      ? { kind: 'known' }
      : { kind: 'overlap', known: position.count - chunk.from };
  }
  const { eogIds, vocabSize } = position.shape;
  if (position.lastId !== null && eogIds.includes(position.lastId)) {
    return { kind: 'bad', field: 'from', reason: 'The answer had ended before this chunk.' };
  }
  if (position.count + chunk.ids.length > position.maxTokens) {
    return { kind: 'bad', field: 'ids', reason: 'The answer is longer than allowed.' };
  }
  if (chunk.ids.some((id) => id >= vocabSize)) {
    return { kind: 'bad', field: 'ids', reason: 'An id is outside the vocabulary of the model.' };
  }
  if (chunk.ids.slice(0, -1).some((id) => eogIds.includes(id))) {
    return { kind: 'bad', field: 'ids', reason: 'Ids follow the end of the answer.' };
  }
  return hasTooMuchText(position, chunk)
    ? { kind: 'bad', field: 'text', reason: 'The text is too long for its tokens.' }
    : { kind: 'take' };
}

function hasTooMuchText(
  { count, textBytes }: AnswerPosition,
  { ids, text }: { readonly ids: readonly number[]; readonly text: string },
): boolean {
  const most = mostText.bytesPerToken * (count + ids.length) + mostText.bytesBesides;
  return textBytes + Buffer.byteLength(text) > most;
}

/** What is wrong with the ids of a prompt, or null. Pure. */
export function promptProblem(
  promptIds: readonly number[],
  expected: {
    readonly known: readonly number[] | null;
    readonly vocabSize: number;
    readonly contextSize: number;
    /** Tokens of the whole answer that must fit besides. */
    readonly answerTokens: number;
  },
): string | null {
  if (expected.known !== null) {
    return sameIds(promptIds, expected.known) ? null : 'The prompt differs from the one the answer began with.';
  }
  if (promptIds.length === 0) return 'The prompt is empty.';
  if (promptIds.some((id) => id >= expected.vocabSize)) return 'An id is outside the vocabulary of the model.';
  return promptIds.length + expected.answerTokens > expected.contextSize
    ? 'The prompt does not fit the context of the model.'
    : null;
}

/** True when both lists hold the same ids in the same order. */
export function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
