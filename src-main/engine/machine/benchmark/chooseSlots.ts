import type { DecodeSpeed } from '#shared/domain/machine/benchmark.ts';

/** Fraction of the best total throughput that suffices: more slots would only add waiting. */
const goodEnough = 0.9;

/** Least speed of each answer, in tokens per second, with several slots; a single answer may be slower. */
const minPerAnswer = 4;

/**
 * Chooses how many concurrent answers to offer for a model: the fewest that reach nearly the best total throughput
 * while each stays fast enough. For small models that may be one, when two answers in one batch are slower than one
 * after the other.
 */
export function chooseSlots(decode: readonly DecodeSpeed[]): number {
  const ascending = decode.toSorted((a, b) => a.sequences - b.sequences);
  const alone = ascending[0]?.sequences ?? 1;
  const quick = ascending.filter(
    (row) => row.sequences === alone || row.tokensPerSecond / row.sequences >= minPerAnswer,
  );
  const best = Math.max(0, ...quick.map((row) => row.tokensPerSecond));
  return quick.find((row) => row.tokensPerSecond >= best * goodEnough)?.sequences ?? alone;
}
