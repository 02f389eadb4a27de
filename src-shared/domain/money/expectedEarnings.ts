import type { ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import type { MicroCredits } from './credits.ts';
import { priceTable, rewardOf, type SizeClass } from './prices.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

const secondsPerHour = 3600;

/** Output of a model with all slots together, and its price class. */
export interface SpeedOfAll {
  readonly tokensPerSecond: number;
  readonly sizeClass: SizeClass;
}

/** Tokens per second of all offered slots together. */
export function offeredSpeed(model: Pick<ModelSpeed, 'decode' | 'slots'>): number {
  const atMost = model.decode.filter((row) => row.sequences <= model.slots);
  return Math.max(0, ...atMost.map((row) => row.tokensPerSecond));
}

/**
 * Earnings of a model in a fully busy hour: today's prices, the lowest quality, neutral demand and free prompts, so that
 * the estimate is conservative.
 */
export function earningsPerBusyHour(
  model: Pick<ModelSpeed, 'decode' | 'slots' | 'sizeClass'>,
  level: ReputationLevel,
): MicroCredits {
  return earningsOfFullHour({ sizeClass: model.sizeClass, tokensPerSecond: offeredSpeed(model) }, level);
}

/** The same for a model whose total speed is known or estimated. */
export function earningsOfFullHour({ tokensPerSecond, sizeClass }: SpeedOfAll, level: ReputationLevel): MicroCredits {
  const outputTokens = Math.floor(tokensPerSecond * secondsPerHour);
  return paidFor({ sizeClass, outputTokens, level, demandPerMille: priceTable.demandPerMille.neutral });
}

/** Earnings in an hour with this demand in tokens, at this demand multiplier, and what limited them. */
export function earningsPerHour(
  { tokensPerSecond, sizeClass }: SpeedOfAll,
  market: { readonly level: ReputationLevel; readonly demand: number; readonly wantedTokens: number },
): { readonly paid: MicroCredits; readonly limit: 'demand' | 'speed' } {
  const most = tokensPerSecond * secondsPerHour;
  const { least, most: highest } = priceTable.demandPerMille;
  const demand = BigInt(Math.round(Math.min(Number(highest), Math.max(Number(least), market.demand * 1000))));
  const outputTokens = Math.floor(Math.min(most, market.wantedTokens));
  const paid = paidFor({ sizeClass, outputTokens, level: market.level, demandPerMille: demand });
  return { paid, limit: market.wantedTokens < most ? 'demand' : 'speed' };
}

/** Earnings of a day with this share of busy time, 0 to 1; rounded down. */
export function earningsPerDay(perBusyHour: MicroCredits, workedShare: number): MicroCredits {
  const perMille = BigInt(Math.floor(Math.min(1, Math.max(0, workedShare)) * 1000));
  return (perBusyHour * 24n * perMille) / 1000n;
}

function paidFor(work: {
  sizeClass: SizeClass;
  outputTokens: number;
  level: ReputationLevel;
  demandPerMille: bigint;
}): MicroCredits {
  return rewardOf({
    tariff: { sizeClass: work.sizeClass, quality: 'fast', demandPerMille: work.demandPerMille },
    outputTokens: work.outputTokens,
    promptTokens: 0,
    promptPart: { part: 1, whole: 1 },
    qualityScore: priceTable.leastPaidQuality,
    level: work.level,
  });
}
