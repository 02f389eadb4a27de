import { z } from 'zod';
import { BenchmarkReport, BenchmarkSet } from '#shared/domain/machine/benchmark.ts';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { HardwareProfile } from '#shared/domain/machine/hardware.ts';
import { ModelDigest } from '#shared/domain/ids.ts';

/** Commands for hardware and benchmarks. A run is mirrored in the slice `benchmark`. */

const Nothing = z.object({});

/** The current step of a run. */
export const BenchmarkPhase = z.enum(['waiting', 'memory', 'disk', 'link', 'load', 'prefill', 'decode', 'storing']);
export type BenchmarkPhase = z.infer<typeof BenchmarkPhase>;

/** A run under way. */
export const BenchmarkProgress = z.object({
  set: BenchmarkSet,
  phase: BenchmarkPhase,
  /** For people: "Writing 4 answers at once with Open Swarm Starter JS". */
  text: z.string().max(300),
  /** The model being measured; null in phases without one. */
  model: z.object({ digest: ModelDigest, name: z.string() }).nullable(),
  /** 0 to 1; never decreases. */
  share: z.number().min(0).max(1),
  startedAt: z.number(),
  /** The latest result for people: "812 tokens/s"; null before the first. */
  latest: z.string().max(200).nullable(),
});
export type BenchmarkProgress = z.infer<typeof BenchmarkProgress>;

/** The slice `benchmark`. Compare the last two with `compareBenchmarks` of the domain. */
export const BenchmarkSlice = z.object({
  running: BenchmarkProgress.nullable(),
  /** The newest complete run, and the newest comparable one before it (of the same set, if any). */
  last: BenchmarkReport.nullable(),
  previous: BenchmarkReport.nullable(),
  /** Why the last run failed; null after a success or a cancellation. */
  problem: z.string().max(500).nullable(),
});
export type BenchmarkSlice = z.infer<typeof BenchmarkSlice>;

export const hardwareCommands = {
  /** The machine's hardware. Detected once and cached; `refresh` detects again (up to ten seconds). */
  'hardware.profile': { input: z.object({ refresh: z.boolean().default(false) }), output: HardwareProfile },
  /**
   * Starts a run, or joins the one in progress. Meanwhile no new work is accepted; running work is finished
   * first (phase `waiting`). `models` limits it to these digests; `model_unknown` when one of them is not installed.
   */
  'benchmark.start': {
    input: z.object({
      set: BenchmarkSet.default('full'),
      models: z.array(ModelDigest).min(1).max(64).optional(),
    }),
    output: Nothing,
  },
  /** Stops immediately; nothing is stored. */
  'benchmark.cancel': { input: Nothing, output: Nothing },
  /** Waits for the current run. `waiting` after 20 s: call again. `idle`: none is running. */
  'benchmark.wait': {
    input: Nothing,
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('waiting') }),
      z.object({ kind: z.literal('idle') }),
      z.object({ kind: z.literal('done'), report: BenchmarkReport }),
      z.object({ kind: z.literal('cancelled') }),
      z.object({ kind: z.literal('failed'), message: z.string().max(500) }),
    ]),
  },
  /** Stored runs, newest first. */
  'benchmark.history': {
    input: z.object({ limit: z.int().min(1).max(500).default(50) }),
    output: z.object({ reports: z.array(BenchmarkReport) }),
  },
  /** Estimated earnings of each measured model at today's prices and this node's level. */
  'benchmark.earnings': {
    input: Nothing,
    output: z.object({
      rows: z.array(
        z.object({
          digest: ModelDigest,
          name: z.string(),
          slots: z.int(),
          /** All slots together. */
          tokensPerSecond: z.number(),
          /** For a fully busy hour at neutral demand. */
          perBusyHour: CreditsText,
          /** At the share of time that this machine worked in the last seven days; null without history. */
          perDayAsNow: CreditsText.nullable(),
        }),
      ),
    }),
  },
} as const;

export type HardwareCommandName = keyof typeof hardwareCommands;
