import type { MicroCredits } from '#shared/domain/money/credits.ts';
import { holdFor, type Tariff } from '#shared/domain/money/prices.ts';
import { levelsInOrder, type ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

export interface BudgetInput {
  readonly tariff: Tariff;
  readonly maxTokens: number;
  readonly promptTokens: number;
  /** The lowest level that may take the task at all; lower ones need not be paid for, nor can they be left out. */
  readonly lowestLevel: ReputationLevel;
  /** Most it may cost; null for any. */
  readonly budget: MicroCredits | null;
}

export type BudgetResult =
  | {
      readonly kind: 'fits';
      readonly maxTokens: number;
      readonly highestLevel: ReputationLevel;
      readonly hold: MicroCredits;
      /** What the budget changed, as a sentence. */
      readonly effect: string | null;
    }
  /** Not even one token fits; `needed` is what one costs. */
  | { readonly kind: 'too_small'; readonly needed: MicroCredits };

/**
 * Fits a task into its budget: first nodes of higher levels are left out, then the answer gets shorter (rules 6.3). Pure.
 */
export function fitBudget(input: BudgetInput): BudgetResult {
  const admitted = levelsInOrder.slice(levelsInOrder.indexOf(input.lowestLevel)).toReversed();
  const holdOf = (maxTokens: number, highestLevel: ReputationLevel) =>
    holdFor({ tariff: input.tariff, promptTokens: input.promptTokens, maxTokens, highestLevel });
  const highest = admitted[0] ?? 'master';
  const { budget, maxTokens } = input;
  const affordable = admitted.find((level) => budget === null || holdOf(maxTokens, level) <= budget);
  if (affordable !== undefined) {
    const effect = affordable === highest ? null : `Nodes above the level ${affordable} are left out.`;
    return { kind: 'fits', maxTokens, highestLevel: affordable, hold: holdOf(maxTokens, affordable), effect };
  }
  const level = input.lowestLevel;
  const tokens = mostTokens(maxTokens, (count) => holdOf(count, level) <= (budget ?? 0n));
  if (tokens === 0) return { kind: 'too_small', needed: holdOf(1, level) };
  const left = level === highest ? '' : ` Nodes above the level ${level} are left out.`;
  return {
    kind: 'fits',
    maxTokens: tokens,
    highestLevel: level,
    hold: holdOf(tokens, level),
    effect: `The answer is limited to ${tokens} of ${maxTokens} tokens.${left}`,
  };
}

/** The largest count up to `most` that still fits; 0 when none does. Prices grow with the count. */
function mostTokens(most: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
