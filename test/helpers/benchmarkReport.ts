import type { BenchmarkReport, ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import { starterModel } from './starterModel.ts';

/** Invented numbers in the shape of a measured model; for rules about such numbers only. */
export function modelSpeed(change: Partial<ModelSpeed> = {}): ModelSpeed {
  return {
    digest: starterModel.digest,
    name: starterModel.name,
    sizeClass: 'tiny',
    sizeBytes: starterModel.sizeBytes,
    threads: 1,
    prefillThreads: 2,
    slots: 4,
    prefillTokensPerSecond: 9000,
    prefillSpread: 0.02,
    decode: [
      { sequences: 1, tokensPerSecond: 1000, threads: 1, spread: 0.02 },
      { sequences: 2, tokensPerSecond: 900, threads: 1, spread: 0.02 },
      { sequences: 4, tokensPerSecond: 3000, threads: 2, spread: 0.04 },
      { sequences: 8, tokensPerSecond: 3100, threads: 4, spread: 0.03 },
    ],
    spread: 0.04,
    ...change,
  };
}

/** A whole run with invented numbers. */
export function benchmarkReport(change: Partial<BenchmarkReport> = {}): BenchmarkReport {
  return {
    at: 1_700_000_000_000,
    set: 'full',
    tookMs: 30_000,
    load: { otherPercent: 3, isBusy: false },
    memory: { value: { gigabytesPerSecond: 20, readers: 2, spread: 0.01 }, reason: null },
    disk: { value: { writeMBs: 500, readMBs: 2000, readFromCache: false, spread: 0.2 }, reason: null },
    link: { value: { roundTripMs: 10, upMbits: 40, downMbits: 100, spread: 0.1 }, reason: null },
    models: [modelSpeed()],
    skipped: [],
    ...change,
  };
}
