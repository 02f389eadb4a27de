import type { ModelShape } from '#shared/domain/models/model.ts';
import type { z } from 'zod';

/**
 * Upper limit of an answer's text: UTF-8 bytes per token on average, plus an allowance for short answers. The longest tokens
 * of common vocabularies (runs of spaces) have 128 bytes, and text may lag behind its tokens but never precede them.
 */
const textLimit = { bytesPerToken: 256, allowanceBytes: 1024 } as const;

/** The state of an assignment's answer before a chunk. */
export interface AnswerPosition {
  /** Tokens stored so far. */
  readonly count: number;
  /** UTF-8 bytes of their text. */
  readonly textBytes: number;
  readonly lastId: number | null;
  readonly shape: z.infer<typeof ModelShape>;
  /** Tokens this assignment may deliver. */
  readonly maxTokens: number;
}

export type ChunkVerdict =
  | { readonly kind: 'take' }
  /** All of it is already stored. */
  | { readonly kind: 'known' }
  /** Tokens before it are missing. */
  | { readonly kind: 'gap' }
  /** Its first `known` ids are already stored. Its text cannot be split there, so the node resends from the stored position. */
  | { readonly kind: 'overlap'; readonly known: number }
  | { readonly kind: 'bad'; readonly field: string; readonly reason: string };

/** Checks a chunk against the model's shape and the answer so far; the chain is checked separately. Pure. */
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
    return { kind: 'bad', field: 'from', reason: 'The answer ended before this chunk.' };
  }
  if (position.count + chunk.ids.length > position.maxTokens) {
    return { kind: 'bad', field: 'ids', reason: 'The answer is longer than allowed.' };
  }
  if (chunk.ids.some((id) => id >= vocabSize)) {
    return { kind: 'bad', field: 'ids', reason: 'A token id is outside the vocabulary of the model.' };
  }
  if (chunk.ids.slice(0, -1).some((id) => eogIds.includes(id))) {
    return { kind: 'bad', field: 'ids', reason: 'Token ids follow the end of the answer.' };
  }
  return hasTooMuchText(position, chunk)
    ? { kind: 'bad', field: 'text', reason: 'The text is too long for its tokens.' }
    : { kind: 'take' };
}

function hasTooMuchText(
  { count, textBytes }: AnswerPosition,
  { ids, text }: { readonly ids: readonly number[]; readonly text: string },
): boolean {
  const maxBytes = textLimit.bytesPerToken * (count + ids.length) + textLimit.allowanceBytes;
  return textBytes + Buffer.byteLength(text) > maxBytes;
}

/** The reason why the ids of a prompt are refused, or null. Pure. */
export function promptProblem(
  promptIds: readonly number[],
  expected: {
    /** Ids that an earlier segment of the answer was based on; null for the first segment. */
    readonly known: readonly number[] | null;
    readonly vocabSize: number;
    readonly contextSize: number;
    /** Tokens of the whole answer, which must fit next to the prompt. */
    readonly answerTokens: number;
  },
): string | null {
  if (expected.known !== null) {
    return sameIds(promptIds, expected.known) ? null : 'The prompt differs from the one that the answer began with.';
  }
  if (promptIds.length === 0) return 'The prompt is empty.';
  if (promptIds.some((id) => id >= expected.vocabSize)) return 'A token id is outside the vocabulary of the model.';
  return promptIds.length + expected.answerTokens > expected.contextSize
    ? 'The prompt does not fit the context of the model.'
    : null;
}

/** True when both lists hold the same ids in the same order. */
export function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
