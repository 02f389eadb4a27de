import type { ModelSpeed } from './benchmark.ts';
import type { MicroCredits } from './credits.ts';
import { priceTable, rewardOf } from './prices.ts';
import type { ReputationLevel } from './reputationLevel.ts';

const secondsPerHour = 3600;

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
  return rewardOf({
    tariff: { sizeClass: model.sizeClass, quality: 'fast', demandPerMille: priceTable.demandPerMille.neutral },
    outputTokens: Math.floor(offeredSpeed(model) * secondsPerHour),
    promptTokens: 0,
    promptPart: { part: 1, whole: 1 },
    qualityScore: priceTable.leastPaidQuality,
    level,
  });
}

/** The same for a day of which this share, 0 to 1, is spent working; rounded down. */
export function earningsPerDay(perBusyHour: MicroCredits, workedShare: number): MicroCredits {
  const perMille = BigInt(Math.floor(Math.min(1, Math.max(0, workedShare)) * 1000));
  return (perBusyHour * 24n * perMille) / 1000n;
}
