import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { offeredSpeed } from '#shared/domain/money/expectedEarnings.ts';

/** Decoding reads the whole model for each token; llama.cpp usually reaches this share of the memory bandwidth. */
export const usualMemoryShare = 0.6;

/** Smaller models fit the processor's cache, so they do not predict larger ones. Bytes. */
const smallestReference = 50e6;

/**
 * Expected tokens per second of a model of this size on this machine: with all slots of the measured model that is
 * nearest in size, else of one answer, from the memory's speed; null when neither is known. An estimate, shown as one.
 */
export function expectedSpeed(sizeBytes: number, report: Pick<BenchmarkReport, 'models' | 'memory'>): number | null {
  if (sizeBytes <= 0) return null;
  const nearest = report.models
    .filter((model) => model.sizeBytes >= smallestReference)
    .toSorted((a, b) => distance(a.sizeBytes, sizeBytes) - distance(b.sizeBytes, sizeBytes))[0];
  if (nearest !== undefined) return (offeredSpeed(nearest) * nearest.sizeBytes) / sizeBytes;
  const memory = report.memory.value;
  return memory === null ? null : (memory.gigabytesPerSecond * 1e9 * usualMemoryShare) / sizeBytes;
}

function distance(one: number, other: number): number {
  return Math.abs(Math.log(one / other));
}
