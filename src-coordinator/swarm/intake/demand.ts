import { priceTable } from '#shared/domain/money/prices.ts';

/** Multipliers are published in these steps, so that a price does not flicker. */
const step = 50;

/**
 * Demand multiplier in thousandths from what waits and what is free: the square root of their ratio, within the bounds
 * of the price table. Private swarms are neutral. Pure.
 */
export function demandPerMille(facts: { private: boolean; waiting: number; freeNodes: number }): bigint {
  const { least, most, neutral } = priceTable.demandPerMille;
  if (facts.private) return neutral;
  const pressure = Math.sqrt((facts.waiting + 1) / (facts.freeNodes + 1));
  const perMille = BigInt(Math.round((Number(neutral) * pressure) / step) * step);
  return perMille < least ? least : perMille > most ? most : perMille;
}
