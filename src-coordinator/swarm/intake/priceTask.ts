import { formatCredits, type MicroCredits, parseCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { billedPromptTokens, type SizeClass, type Tariff } from '#shared/domain/money/prices.ts';
import { levelForComplexity, type ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import { ownNodesOnly, type Submission } from '#shared/domain/tasks/task.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import { fitBudget } from './budget.ts';

/** Terms of a task: what it may cost at most, and what that admits. */
export interface TaskTerms {
  readonly tariff: Tariff;
  readonly maxTokens: number;
  readonly highestLevel: ReputationLevel;
  readonly hold: MicroCredits;
  readonly budgetEffect: string | null;
}

export interface PriceFacts {
  readonly private: boolean;
  readonly demandPerMille: bigint;
  /** Largest model that could serve it. */
  readonly largestSize: SizeClass;
}

/** Prices a task and fits it into its budget. Throws `budget_too_small` with the price of one token. Pure. */
export function priceTask(
  submission: Omit<Submission, 'messages' | 'context'>,
  promptBytes: number,
  facts: PriceFacts,
): TaskTerms {
  const { private: inPrivate, demandPerMille, largestSize } = facts;
  const tariff: Tariff = { sizeClass: largestSize, quality: submission.quality, demandPerMille };
  // On one's own nodes a task of a public swarm is unpaid (rules 1.4).
  if (!inPrivate && ownNodesOnly(submission)) {
    return { tariff, maxTokens: submission.maxTokens, highestLevel: 'master', hold: 0n, budgetEffect: null };
  }
  const budget = submission.maxCredits === undefined ? null : parseCredits(submission.maxCredits);
  const result = fitBudget({
    tariff,
    maxTokens: submission.maxTokens,
    promptTokens: billedPromptTokens(promptBytes),
    lowestLevel: inPrivate ? 'novice' : levelForComplexity[taskTypes[submission.type].complexity],
    budget,
  });
  if (result.kind === 'too_small') {
    const needed = formatCredits(result.needed);
    const given = formatCredits(budget ?? 0n);
    throw new SwarmError('budget_too_small', `One token costs ${needed} credits; the budget is ${given}.`, {
      field: 'submission.maxCredits',
      details: { needed, budget: given },
    });
  }
  const { maxTokens, highestLevel, hold, effect } = result;
  return { tariff, maxTokens, highestLevel, hold, budgetEffect: effect };
}
