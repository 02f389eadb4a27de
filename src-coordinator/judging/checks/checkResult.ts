import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { z } from 'zod';
import { sameIds } from './checkChunk.ts';

/** Tokens without text that an honest answer may have: it never has more tokens than bytes of text plus these (rules 5.1). */
const maxSilentTokens = 16;

/** The request of an assignment and the stored part of its answer. */
export interface ExpectedResult {
  readonly modelDigest: string;
  readonly sampler: z.infer<typeof Sampler>;
  readonly seed: number;
  readonly promptIds: readonly number[] | null;
  readonly count: number;
  readonly lastId: number | null;
  readonly lastIds: readonly number[];
  readonly textBytes: number;
  readonly eogIds: readonly number[];
}

/** The node's claims about its result. */
export interface ClaimedResult {
  readonly modelDigest: string;
  readonly sampler: z.infer<typeof Sampler>;
  readonly seed: number;
  readonly promptIds: readonly number[];
  readonly finish: Finish;
  readonly count: number;
}

/**
 * The reason why a segment cannot be paid, or null: the hard checks of rules 5.1 that need no claim of the node, so they also
 * apply to lost runs. Signature and chain are checked separately, ids and lengths on arrival. Pure.
 */
export function segmentProblem({ count, textBytes }: Pick<ExpectedResult, 'count' | 'textBytes'>): string | null {
  return count > textBytes + maxSilentTokens ? 'The result has more tokens than text.' : null;
}

/** The first failed hard check as a sentence, or null (rules 5.1). The signature is checked separately. Pure. */
export function resultProblem(expected: ExpectedResult, claimed: ClaimedResult): string | null {
  if (claimed.modelDigest !== expected.modelDigest) return 'The result was made with another model.';
  if (claimed.seed !== expected.seed) return 'The result was made with another seed.';
  if (!sameSampler(claimed.sampler, expected.sampler)) return 'The result was made with another sampler.';
  if (expected.promptIds !== null && !sameIds(claimed.promptIds, expected.promptIds))
    return 'The result was made from another prompt.';
  if (claimed.count !== expected.count) return 'The token count of the result does not match the tokens sent.';
  return segmentProblem(expected) ?? finishProblem(expected, claimed.finish);
}

function finishProblem(expected: ExpectedResult, finish: Finish): string | null {
  const ended = expected.lastId !== null && expected.eogIds.includes(expected.lastId);
  switch (finish) {
    case 'eog':
      return ended ? null : 'The result claims an end token, but its last token is none.';
    case 'length':
      if (ended) return 'The result claims the token limit, but its last token is an end token.';
      return expected.count === expected.sampler.maxTokens
        ? null
        : 'The result claims the token limit, but is shorter.';
    case 'stop':
      return endsWithStop(expected) ? null : 'The result claims a stop sequence, but does not end with one.';
    case 'yielded':
    case 'cancelled':
      return null;
  }
}

function endsWithStop({ sampler, lastIds }: ExpectedResult): boolean {
  return sampler.stop.some((stop) => stop.length <= lastIds.length && sameIds(lastIds.slice(-stop.length), stop));
}

function sameSampler(a: z.infer<typeof Sampler>, b: z.infer<typeof Sampler>): boolean {
  return (
    a.mode === b.mode &&
    a.temperature === b.temperature &&
    a.minP === b.minP &&
    a.maxTokens === b.maxTokens &&
    a.stop.length === b.stop.length &&
    a.stop.every((ids, index) => sameIds(ids, b.stop[index] ?? []))
  );
}
