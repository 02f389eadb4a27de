import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { z } from 'zod';
import { sameIds } from './checkChunk.ts';

/** More ids than bytes of text, plus this many for ids without text, are no honest answer (rules 5.1). */
const silentIds = 16;

/** What an assignment asked for and what was stored of its answer. */
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

/** What the node says of it. */
export interface ClaimedResult {
  readonly modelDigest: string;
  readonly sampler: z.infer<typeof Sampler>;
  readonly seed: number;
  readonly promptIds: readonly number[];
  readonly finish: Finish;
  readonly count: number;
}

/**
 * What forbids paying for a segment, whether its node says how it ended or was lost, or null: the hard checks of rules 5.1
 * that need no claim. Signature and chain are checked apart, ids and lengths when they arrive. Pure.
 */
export function segmentProblem({ count, textBytes }: Pick<ExpectedResult, 'count' | 'textBytes'>): string | null {
  return count > textBytes + silentIds ? 'It has more tokens than text.' : null;
}

/** The first hard check that fails, as a sentence, or null (rules 5.1). The signature is checked apart. Pure. */
export function resultProblem(expected: ExpectedResult, claimed: ClaimedResult): string | null {
  if (claimed.modelDigest !== expected.modelDigest) return 'It was made with another model.';
  if (claimed.seed !== expected.seed) return 'It was made with another seed.';
  if (!sameSampler(claimed.sampler, expected.sampler)) return 'It was made with another sampler.';
  if (expected.promptIds !== null && !sameIds(claimed.promptIds, expected.promptIds)) return 'Its prompt is another.';
  if (claimed.count !== expected.count) return 'It counts fewer tokens than were sent.';
  return segmentProblem(expected) ?? finishProblem(expected, claimed.finish);
}

function finishProblem(expected: ExpectedResult, finish: Finish): string | null {
  const ended = expected.lastId !== null && expected.eogIds.includes(expected.lastId);
  switch (finish) {
    case 'eog':
      return ended ? null : 'It claims an end that its last token is not.';
    case 'length':
      if (ended) return 'Its last token is an end, not the limit.';
      return expected.count === expected.sampler.maxTokens ? null : 'It stopped before the limit.';
    case 'stop':
      return endsWithStop(expected) ? null : 'It claims a stop that it does not end with.';
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
