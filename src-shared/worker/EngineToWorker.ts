import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { Sampler, Seed } from '#shared/domain/tasks/sampler.ts';
import { ChatMessage } from '#shared/domain/tasks/task.ts';

/** Token ids of a model's vocabulary. The limits are far above any real vocabulary or context. */
export const TokenIds = z.array(z.int().min(0).max(2_000_000)).max(1_048_576);

export const RunId = z.string().min(1).max(64);

/**
 * The input of a run: a conversation (formatted with the model's chat template), a text to continue, or the exact
 * ids of an earlier run whose answer continues after `prefixIds`.
 */
export const GeneratePrompt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('messages'), messages: z.array(ChatMessage).min(1).max(64) }),
  z.object({ kind: z.literal('text'), text: z.string().max(1_048_576) }),
  z.object({ kind: z.literal('ids'), promptIds: TokenIds.min(1), prefixIds: TokenIds }),
]);
export type GeneratePrompt = z.infer<typeof GeneratePrompt>;

/** Loads one model file; a worker loads at most one. */
export const LoadModel = z.object({
  type: z.literal('load'),
  modelPath: z.string().min(1).max(4096),
  /** SHA-256 the file must have; otherwise it is refused before the library reads it. */
  digest: ModelDigest,
  /** Tokens of prompt and answer in one sequence. */
  contextSize: z.int().min(16).max(4_194_304),
  /** Number of concurrent runs. */
  sequences: z.int().min(1).max(256),
  /**
   * Upper limits on threads for steps that only decode and for steps that read prompts. The worker measures which count
   * is fastest.
   */
  decodeThreads: z.int().min(1).max(256),
  prefillThreads: z.int().min(1).max(256),
  /** Layers on the GPU; 0 runs everything on the CPU. */
  gpuLayers: z.int().min(0).max(1000),
});
export type LoadModel = z.infer<typeof LoadModel>;

export const GenerateRun = z.object({
  type: z.literal('generate'),
  runId: RunId,
  prompt: GeneratePrompt,
  sampler: Sampler,
  seed: Seed,
});
export type GenerateRun = z.infer<typeof GenerateRun>;

/**
 * Why a run is stopped. `cancel`: the answer is no longer wanted. `yield`: the machine is needed for something else.
 */
export const StopReason = z.enum(['cancel', 'yield']);
export type StopReason = z.infer<typeof StopReason>;

/** Limits how much of the machine steps may use from now on. The worker rests between steps to comply. */
export const SetPace = z.object({
  type: z.literal('pace'),
  /** Upper limit on processor time / (elapsed time × `processors`). */
  processorShare: z.number().gt(0).max(1),
  /** Logical processors; a share of 1 means all of them. */
  processors: z.int().min(1).max(4096),
  /** Upper limit on time in steps / elapsed time, for a model on a graphics card. */
  gpuShare: z.number().gt(0).max(1),
  /** Upper limit on threads of a step; null: the limits of `LoadModel`. */
  threads: z.int().min(1).max(256).nullable(),
});
export type SetPace = z.infer<typeof SetPace>;

/**
 * Benchmark: decodes or reads with the loaded model and reports the duration of each step. Nothing else may run
 * meanwhile. Stops once `mostMs` have passed and at least `leastSteps` were taken, or when the context is full.
 */
export const MeasureSteps = z.object({
  type: z.literal('measure'),
  runId: RunId,
  kind: z.enum(['decode', 'prefill']),
  /** Concurrent answers; `prefill` reads for one. */
  sequences: z.int().min(1).max(256),
  threads: z.int().min(1).max(256),
  /** Prompt tokens before each answer, or per step of `prefill`. */
  promptTokens: z.int().min(2).max(8192),
  leastSteps: z.int().min(1).max(1000),
  mostMs: z.int().min(1).max(60_000),
});
export type MeasureSteps = z.infer<typeof MeasureSteps>;

/** Benchmark: reads an area of main memory repeatedly for `forMs`. */
export const ReadMemory = z.object({
  type: z.literal('read_memory'),
  bytes: z
    .int()
    .min(1 << 16)
    .max(1 << 30),
  forMs: z.int().min(1).max(10_000),
});
export type ReadMemory = z.infer<typeof ReadMemory>;

/** Every message from the engine to a worker. */
export const EngineToWorker = z.discriminatedUnion('type', [
  LoadModel,
  GenerateRun,
  z.object({ type: z.literal('stop'), runId: RunId, reason: StopReason }),
  SetPace,
  /** Asks for the machine as the library sees it; needs no model. */
  z.object({ type: z.literal('describe') }),
  ReadMemory,
  MeasureSteps,
  /** Heartbeat; answered with the same number. */
  z.object({ type: z.literal('beat'), number: z.int().min(0) }),
  /** Frees the model and exits. */
  z.object({ type: z.literal('unload') }),
]);
export type EngineToWorker = z.infer<typeof EngineToWorker>;
