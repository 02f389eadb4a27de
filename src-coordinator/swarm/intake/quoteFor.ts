import { formatCredits } from '#shared/domain/money/credits.ts';
import { billedPromptTokens, feeOn, rewardOf } from '#shared/domain/money/prices.ts';
import { levelsInOrder } from '#shared/domain/swarm/reputationLevel.ts';
import type { Quote } from '#shared/domain/tasks/taskView.ts';
import type { Candidate } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { z } from 'zod';
import type { TaskTerms } from './priceTask.ts';

/** Seconds that a task takes besides its tokens. */
const overheadSeconds = 0.5;

export interface QuoteFacts {
  readonly terms: TaskTerms;
  readonly promptBytes: number;
  readonly free: readonly Candidate[];
  readonly busy: readonly Candidate[];
  /** Why no node can accept it. */
  readonly reason: string;
}

/** What a task would cost and how long it usually takes, from who could run it now. Pure. */
export function quoteFor({ terms, promptBytes, free, busy, reason }: QuoteFacts): z.infer<typeof Quote> {
  const eligible = [...free, ...busy];
  const levels = eligible.map(({ node }) => node.reputation.level);
  const top = levelsInOrder.findLast((level) => levels.includes(level)) ?? 'novice';
  const cost = (outputTokens: number, qualityScore: number, level: typeof top) => {
    const reward = rewardOf({
      tariff: terms.tariff,
      outputTokens,
      promptTokens: billedPromptTokens(promptBytes),
      promptPart: { part: 1, whole: 1 },
      qualityScore,
      level,
    });
    return terms.hold === 0n ? 0n : reward + feeOn(reward);
  };
  return {
    hold: formatCredits(terms.hold),
    low: formatCredits(cost(Math.ceil(terms.maxTokens / 4), 80, 'novice')),
    high: formatCredits(cost(terms.maxTokens, 100, top)),
    usualSeconds: usualSeconds(eligible, terms.maxTokens),
    freeNodes: free.length,
    eligibleNodes: eligible.length,
    reason: eligible.length > 0 ? null : reason,
    budgetEffect: terms.budgetEffect,
    maxTokens: terms.maxTokens,
  };
}

function usualSeconds(eligible: readonly Candidate[], maxTokens: number): number | null {
  const speeds = eligible
    .flatMap(({ model }) => model.tokensPerSecond ?? [])
    .filter((speed) => speed > 0)
    .toSorted((a, b) => a - b);
  const median = speeds[Math.floor(speeds.length / 2)];
  return median === undefined ? null : Math.round((overheadSeconds + maxTokens / median) * 10) / 10;
}
