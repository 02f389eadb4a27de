import type { BenchmarkSet } from '#shared/domain/machine/benchmark.ts';
import type { ModelEffort } from './probes/measureModel.ts';

/** How thoroughly a benchmark measures. */
export interface Effort {
  readonly memory: { readonly rounds: number; readonly roundMs: number };
  readonly disk: { readonly rounds: number; readonly bytes: number };
  readonly link: { readonly trips: number; readonly loads: number };
  readonly model: ModelEffort;
  /** Numbers of concurrent answers to measure. */
  readonly counts: readonly number[];
  /** Time limit in milliseconds: a model expected to end later is skipped, unless it is the first. */
  readonly budgetMs: number;
  /** Larger model files are skipped: merely loading them takes too long. */
  readonly maxModelBytes: number;
}

/** On an idle machine the quick set takes under ten seconds, the full one under a minute. */
export const efforts: Readonly<Record<BenchmarkSet, Effort>> = {
  quick: {
    memory: { rounds: 3, roundMs: 150 },
    disk: { rounds: 2, bytes: 32 << 20 },
    link: { trips: 9, loads: 2 },
    model: { rounds: 3, roundMs: 100, leastSteps: 3 },
    counts: [1, 2, 4, 8],
    budgetMs: 8_000,
    maxModelBytes: 1.5e9,
  },
  full: {
    memory: { rounds: 5, roundMs: 400 },
    disk: { rounds: 3, bytes: 128 << 20 },
    link: { trips: 25, loads: 6 },
    model: { rounds: 5, roundMs: 250, leastSteps: 5 },
    counts: [1, 2, 4, 8, 16],
    budgetMs: 55_000,
    maxModelBytes: Number.POSITIVE_INFINITY,
  },
};
