import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type BudgetInput, type BudgetResult, fitBudget } from '#coordinator/swarm/intake/budget.ts';
import { holdFor, QualityLevel, SizeClass } from '#shared/domain/money/prices.ts';
import { levelsInOrder, ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

const tariff = fc.record({
  sizeClass: fc.constantFrom(...SizeClass.options),
  quality: fc.constantFrom(...QualityLevel.options),
  demandPerMille: fc.bigInt(500n, 3000n),
});
const task = fc.record({
  tariff,
  maxTokens: fc.integer({ min: 1, max: 32_768 }),
  promptTokens: fc.integer({ min: 0, max: 65_536 }),
  lowestLevel: fc.constantFrom(...ReputationLevel.options),
  budget: fc.option(fc.bigInt(0n, 200_000_000n), { nil: null }),
});

/** What would come next: one token more, or one level more. */
function dearer(input: BudgetInput, result: Extract<BudgetResult, { kind: 'fits' }>): bigint | undefined {
  const above = levelsInOrder[levelsInOrder.indexOf(result.highestLevel) + 1];
  if (result.maxTokens < input.maxTokens) {
    return holdFor({ ...input, maxTokens: result.maxTokens + 1, highestLevel: input.lowestLevel });
  }
  return above === undefined ? undefined : holdFor({ ...input, highestLevel: above });
}

const cheap: BudgetInput = {
  tariff: { sizeClass: 'tiny', quality: 'fast', demandPerMille: 1000n },
  maxTokens: 10,
  promptTokens: 10,
  lowestLevel: 'novice',
  budget: null,
};

describe('fitBudget', () => {
  test('never holds more than the budget, and asks for no more tokens than wanted', () => {
    fc.assert(
      fc.property(task, (input) => {
        const result = fitBudget(input);
        const most = input.budget ?? 2n ** 62n;
        const fits =
          result.kind === 'fits' &&
          result.hold === holdFor({ ...input, maxTokens: result.maxTokens, highestLevel: result.highestLevel }) &&
          result.hold <= most &&
          result.maxTokens >= 1 &&
          result.maxTokens <= input.maxTokens;
        expect(fits || (result.kind === 'too_small' && result.needed > most)).toBe(true);
      }),
    );
  });

  test('leaves out levels before it shortens, and no more of either than needed', () => {
    fc.assert(
      fc.property(task, (input) => {
        const result = fitBudget(input);
        if (result.kind === 'too_small') return true;
        const next = dearer(input, result);
        const shortened = result.maxTokens < input.maxTokens;
        const changed = shortened || result.highestLevel !== 'master';
        return (
          (!shortened || result.highestLevel === input.lowestLevel) &&
          (next === undefined || (input.budget !== null && next > input.budget)) &&
          (result.effect !== null) === changed
        );
      }),
    );
    expect(fitBudget({ ...cheap, budget: 0n }).kind).toBe('too_small');
  });
});
