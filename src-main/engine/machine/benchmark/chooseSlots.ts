import type { DecodeSpeed } from '#shared/domain/machine/benchmark.ts';

/** Slots beyond this part of the best speed of all answers together bring waiting and no work. */
const goodEnough = 0.9;

/** An answer slower than this, in tokens per second, is no fun to wait for; one alone may be slower. */
const leastPerAnswer = 4;

/**
 * How many answers at once this machine offers for a model: the fewest that reach nearly the best speed of all
 * together, as long as each of them stays quick enough. Small models may be best alone: then two answers in one batch
 * are slower than taking turns.
 */
export function chooseSlots(decode: readonly DecodeSpeed[]): number {
  const ascending = decode.toSorted((a, b) => a.sequences - b.sequences);
  const alone = ascending[0]?.sequences ?? 1;
  const quick = ascending.filter(
    (row) => row.sequences === alone || row.tokensPerSecond / row.sequences >= leastPerAnswer,
  );
  const best = Math.max(0, ...quick.map((row) => row.tokensPerSecond));
  return quick.find((row) => row.tokensPerSecond >= best * goodEnough)?.sequences ?? alone;
}
