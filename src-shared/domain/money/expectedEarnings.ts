import type { ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import type { MicroCredits } from './credits.ts';
import { priceTable, rewardOf, type SizeClass } from './prices.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

const secondsPerHour = 3600;

/** How much a model writes here with all its slots together, and what it is paid as. */
export interface SpeedOfAll {
  readonly tokensPerSecond: number;
  readonly sizeClass: SizeClass;
}

/** Of all slots that are offered together. */
export function offeredSpeed(model: Pick<ModelSpeed, 'decode' | 'slots'>): number {
  const atMost = model.decode.filter((row) => row.sequences <= model.slots);
  return Math.max(0, ...atMost.map((row) => row.tokensPerSecond));
}

/**
 * What a model would earn in an hour in which every slot always has work: prices of today, the cheapest quality, the
 * neutral demand and answers whose prompts cost nothing, so that it is rather too little than too much.
 */
export function earningsPerBusyHour(
  model: Pick<ModelSpeed, 'decode' | 'slots' | 'sizeClass'>,
  level: ReputationLevel,
): MicroCredits {
  return earningsOfFullHour({ sizeClass: model.sizeClass, tokensPerSecond: offeredSpeed(model) }, level);
}

/** The same for a model whose speed is known, or reckoned, in one number. */
export function earningsOfFullHour({ tokensPerSecond, sizeClass }: SpeedOfAll, level: ReputationLevel): MicroCredits {
  const outputTokens = Math.floor(tokensPerSecond * secondsPerHour);
  return paidFor({ sizeClass, outputTokens, level, demandPerMille: priceTable.demandPerMille.neutral });
}

/** What it would earn in an hour in which so many tokens are wanted, at this demand multiplier; and what held it down. */
export function earningsPerHour(
  { tokensPerSecond, sizeClass }: SpeedOfAll,
  wish: { readonly level: ReputationLevel; readonly demand: number; readonly wantedTokens: number },
): { readonly paid: MicroCredits; readonly limit: 'demand' | 'speed' } {
  const most = tokensPerSecond * secondsPerHour;
  const { least, most: highest } = priceTable.demandPerMille;
  const demand = BigInt(Math.round(Math.min(Number(highest), Math.max(Number(least), wish.demand * 1000))));
  const outputTokens = Math.floor(Math.min(most, wish.wantedTokens));
  const paid = paidFor({ sizeClass, outputTokens, level: wish.level, demandPerMille: demand });
  return { paid, limit: wish.wantedTokens < most ? 'demand' : 'speed' };
}

/** The same for a day of which this share, 0 to 1, is spent working; rounded down. */
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
