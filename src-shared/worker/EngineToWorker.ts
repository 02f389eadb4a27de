import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { Sampler, Seed } from '#shared/domain/tasks/sampler.ts';
import { ChatMessage } from '#shared/domain/tasks/task.ts';

/** Token ids as the model numbers them. The bound is far above any context that fits a machine. */
export const TokenIds = z.array(z.int().min(0).max(2_000_000)).max(1_048_576);

export const RunId = z.string().min(1).max(64);

/**
 * What a run starts from: a conversation (the model's own template makes the prompt), a text that is continued as it
 * is, or the exact ids of an earlier run whose answer goes on after `prefixIds`.
 */
export const GeneratePrompt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('messages'), messages: z.array(ChatMessage).min(1).max(64) }),
  z.object({ kind: z.literal('text'), text: z.string().max(1_048_576) }),
  z.object({ kind: z.literal('ids'), promptIds: TokenIds.min(1), prefixIds: TokenIds }),
]);
export type GeneratePrompt = z.infer<typeof GeneratePrompt>;

/** Load one model file; a worker loads at most one in its life. */
export const LoadModel = z.object({
  type: z.literal('load'),
  modelPath: z.string().min(1).max(4096),
  /** The file must have exactly this SHA-256, else it is refused before the library sees it. */
  digest: ModelDigest,
  /** Tokens of prompt and answer of one sequence. */
  contextSize: z.int().min(16).max(4_194_304),
  /** Runs that may go on at once. */
  sequences: z.int().min(1).max(256),
  /** Most threads for steps that only decode, and for those that read prompts; the worker measures which count is best. */
  decodeThreads: z.int().min(1).max(256),
  prefillThreads: z.int().min(1).max(256),
  /** Layers on the GPU; 0 keeps everything on the CPU. */
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

/** Why a run is stopped: nobody wants the answer any more, or the machine is needed for something else. */
export const StopReason = z.enum(['cancel', 'yield']);
export type StopReason = z.infer<typeof StopReason>;

/** How much of the machine steps may use from now on. The worker rests between steps to keep to it. */
export const SetPace = z.object({
  type: z.literal('pace'),
  /** Most processor time of the worker / (time passed × `processors`). */
  processorShare: z.number().gt(0).max(1),
  /** What 1 of the share means. */
  processors: z.int().min(1).max(4096),
  /** Most time in steps / time passed, for a model on a graphics card. */
  gpuShare: z.number().gt(0).max(1),
  /** Most threads of a step; null: as many as were said at the load. */
  threads: z.int().min(1).max(256).nullable(),
});
export type SetPace = z.infer<typeof SetPace>;

/**
 * For the benchmark: writes or reads with the loaded model and tells what each step took. Nothing else may run
 * meanwhile. It stops when `mostMs` passed and at least `leastSteps` were made, or when the context is full.
 */
export const MeasureSteps = z.object({
  type: z.literal('measure'),
  runId: RunId,
  kind: z.enum(['decode', 'prefill']),
  /** Answers at once; `prefill` reads for one. */
  sequences: z.int().min(1).max(256),
  threads: z.int().min(1).max(256),
  /** Tokens that are read before an answer, or by each step of `prefill`. */
  promptTokens: z.int().min(2).max(8192),
  leastSteps: z.int().min(1).max(1000),
  mostMs: z.int().min(1).max(60_000),
});
export type MeasureSteps = z.infer<typeof MeasureSteps>;

/** For the benchmark: reads so many bytes of main memory again and again for a while. */
export const ReadMemory = z.object({
  type: z.literal('read_memory'),
  bytes: z
    .int()
    .min(1 << 16)
    .max(1 << 30),
  forMs: z.int().min(1).max(10_000),
});
export type ReadMemory = z.infer<typeof ReadMemory>;

/** Everything that the engine says to a worker. */
export const EngineToWorker = z.discriminatedUnion('type', [
  LoadModel,
  GenerateRun,
  z.object({ type: z.literal('stop'), runId: RunId, reason: StopReason }),
  SetPace,
  /** Asks what the library sees of the machine; no model is needed. */
  z.object({ type: z.literal('describe') }),
  ReadMemory,
  MeasureSteps,
  /** Asks for a sign of life; answered with the same number. */
  z.object({ type: z.literal('beat'), number: z.int().min(0) }),
  /** Free the model and leave. */
  z.object({ type: z.literal('unload') }),
]);
export type EngineToWorker = z.infer<typeof EngineToWorker>;
