import { z } from 'zod';
import { BenchmarkReport, BenchmarkSet } from '#shared/domain/machine/benchmark.ts';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { HardwareProfile } from '#shared/domain/machine/hardware.ts';
import { ModelDigest } from '#shared/domain/ids.ts';

/** What page Hardware, the first start and `open-swarm benchmark` can ask. A run is mirrored in the slice `benchmark`. */

const Nothing = z.object({});

/** What is measured now. */
export const BenchmarkPhase = z.enum(['waiting', 'memory', 'disk', 'link', 'load', 'prefill', 'decode', 'storing']);
export type BenchmarkPhase = z.infer<typeof BenchmarkPhase>;

/** A run under way. */
export const BenchmarkProgress = z.object({
  set: BenchmarkSet,
  phase: BenchmarkPhase,
  /** For people: "Writing 4 answers at once with Open Swarm Starter JS". */
  text: z.string().max(300),
  /** The model that is measured; null in the phases without one. */
  model: z.object({ digest: ModelDigest, name: z.string() }).nullable(),
  /** 0 to 1; never falls. */
  share: z.number().min(0).max(1),
  startedAt: z.number(),
  /** What was measured last, for people: "812 tokens/s"; null before the first. */
  latest: z.string().max(200).nullable(),
});
export type BenchmarkProgress = z.infer<typeof BenchmarkProgress>;

/** The slice `benchmark`. Compare the last two with `compareBenchmarks` of the domain. */
export const BenchmarkSlice = z.object({
  running: BenchmarkProgress.nullable(),
  /** The newest whole run, and the newest comparable one before it (same set, if there is one). */
  last: BenchmarkReport.nullable(),
  previous: BenchmarkReport.nullable(),
  /** Why the last try gave no report; null after one that did, and after a cancelled one. */
  problem: z.string().max(500).nullable(),
});
export type BenchmarkSlice = z.infer<typeof BenchmarkSlice>;

export const hardwareCommands = {
  /** What the machine is. Looked up once and kept; `refresh` looks again (up to ten seconds). */
  'hardware.profile': { input: z.object({ refresh: z.boolean().default(false) }), output: HardwareProfile },
  /**
   * Begins a run, or joins the one under way. While it runs, no new work is taken for others; running work is finished
   * first (phase `waiting`). `models` limits it to these digests; `model_unknown` when one of them is not installed.
   */
  'benchmark.start': {
    input: z.object({
      set: BenchmarkSet.default('full'),
      models: z.array(ModelDigest).min(1).max(64).optional(),
    }),
    output: Nothing,
  },
  /** Stops at once; nothing is stored. */
  'benchmark.cancel': { input: Nothing, output: Nothing },
  /** Waits for the end of the run under way. `waiting` after 20 s without an end: ask again. `idle`: none ran. */
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
  /** What each measured model would earn here, by today's prices and this node's level; nothing is promised. */
  'benchmark.earnings': {
    input: Nothing,
    output: z.object({
      rows: z.array(
        z.object({
          digest: ModelDigest,
          name: z.string(),
          slots: z.int(),
          /** Of all slots together. */
          tokensPerSecond: z.number(),
          /** For an hour in which every slot always has work, at the neutral demand. */
          perBusyHour: CreditsText,
          /** The same at the share of the time that this machine worked in the last seven days; null without history. */
          perDayAsNow: CreditsText.nullable(),
        }),
      ),
    }),
  },
} as const;

export type HardwareCommandName = keyof typeof hardwareCommands;
