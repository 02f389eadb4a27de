import type { BenchmarkSet } from '#shared/domain/machine/benchmark.ts';
import type { ModelEffort } from './measureModel.ts';

/** How thoroughly everything is measured. */
export interface Effort {
  readonly memory: { readonly rounds: number; readonly roundMs: number };
  readonly disk: { readonly rounds: number; readonly bytes: number };
  readonly link: { readonly trips: number; readonly loads: number };
  readonly model: ModelEffort;
  /** Numbers of answers at once to measure. */
  readonly counts: readonly number[];
  /** No further model is begun when it would likely end after so many milliseconds; the first one always is. */
  readonly budgetMs: number;
  /** Larger models are left out: loading them alone takes too long. */
  readonly largestBytes: number;
}

/** The times of an idle machine: quick under ten seconds, full under a minute. */
export const efforts: Readonly<Record<BenchmarkSet, Effort>> = {
  quick: {
    memory: { rounds: 3, roundMs: 150 },
    disk: { rounds: 2, bytes: 32 << 20 },
    link: { trips: 9, loads: 2 },
    model: { rounds: 3, roundMs: 100, leastSteps: 3 },
    counts: [1, 2, 4, 8],
    budgetMs: 8_000,
    largestBytes: 1.5e9,
  },
  full: {
    memory: { rounds: 5, roundMs: 400 },
    disk: { rounds: 3, bytes: 128 << 20 },
    link: { trips: 25, loads: 6 },
    model: { rounds: 5, roundMs: 250, leastSteps: 5 },
    counts: [1, 2, 4, 8, 16],
    budgetMs: 55_000,
    largestBytes: Number.POSITIVE_INFINITY,
  },
};
