import { z } from 'zod';
import { Finish } from '#shared/domain/tasks/assignment.ts';
import { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import { RunId, TokenIds } from './EngineToWorker.ts';

/** Milliseconds on the worker's own clock. `firstTokenMs` is null when no token came. */
export const RunTimings = z.object({
  /** From the request to the end of reading the prompt. */
  promptMs: z.number().min(0),
  firstTokenMs: z.number().min(0).nullable(),
  /** From the first token to the last one. */
  decodeMs: z.number().min(0),
});
export type RunTimings = z.infer<typeof RunTimings>;

/** Bytes that the worker process holds. */
export const WorkerMemory = z.object({ residentBytes: z.number().min(0), gpuBytes: z.number().min(0) });
export type WorkerMemory = z.infer<typeof WorkerMemory>;

/** Why a model was not loaded. */
export const LoadFailureCode = z.enum([
  'file_missing',
  'digest_mismatch',
  'model_damaged',
  'model_unsupported',
  'out_of_memory',
  'library_missing',
]);
export type LoadFailureCode = z.infer<typeof LoadFailureCode>;

/** Why a run was not finished. */
export const RunFailureCode = z.enum([
  'prompt_too_long',
  'no_chat_template',
  'invalid_ids',
  'busy',
  'not_loaded',
  'run_failed',
]);
export type RunFailureCode = z.infer<typeof RunFailureCode>;

/** Facts of the library that really runs; they become the result's environment (trust 4.1). */
export const WorkerEnvironment = z.object({
  library: z.string().max(64),
  gpu: z.enum(['cpu', 'cuda', 'vulkan', 'metal']),
  /** `auto`: the library decides by the model and the device. */
  flashAttention: z.enum(['on', 'off', 'auto']),
  kv: z.string().max(16),
});
export type WorkerEnvironment = z.infer<typeof WorkerEnvironment>;

/** What the library says of a model once it is in memory. */
export const ModelLoaded = z.object({
  type: z.literal('loaded'),
  vocabSize: z.int().min(1),
  eogIds: TokenIds,
  /** Tokens of one sequence as it was really made. */
  contextSize: z.int().min(1),
  trainContextSize: z.int().min(1),
  sequences: z.int().min(1),
  hasChatTemplate: z.boolean(),
  architecture: z.string().max(64),
  environment: WorkerEnvironment,
  memory: WorkerMemory,
});
export type ModelLoaded = z.infer<typeof ModelLoaded>;

const reason = z.string().max(2000);

/** Milliseconds of each step, in order; the first one, which starts things, is left out. */
export const StepsMeasured = z.object({
  type: z.literal('measured'),
  runId: RunId,
  stepMs: z.array(z.number().min(0)).max(100_000),
});
export type StepsMeasured = z.infer<typeof StepsMeasured>;

/** Everything that a worker says to the engine. */
export const WorkerToEngine = z.discriminatedUnion('type', [
  /** The process runs and listens. */
  z.object({ type: z.literal('ready'), pid: z.int() }),
  ModelLoaded,
  z.object({ type: z.literal('load_failed'), code: LoadFailureCode, message: reason }),
  /** The prompt as it will be read, before any of it is. */
  z.object({ type: z.literal('started'), runId: RunId, promptIds: TokenIds }),
  /**
   * New tokens of an answer; `from` is the index of the first one within this run. The text holds whole characters
   * only, so it may lag behind the ids; all texts of an answer together are its detokenised ids.
   */
  z.object({ type: z.literal('tokens'), runId: RunId, from: z.int().min(0), ids: TokenIds, text: z.string() }),
  z.object({
    type: z.literal('ended'),
    runId: RunId,
    finish: Finish,
    count: z.int().min(0),
    /** Tokens that were drawn after the run was told to stop. */
    afterStop: z.int().min(0),
    timings: RunTimings,
  }),
  z.object({
    type: z.literal('failed'),
    runId: RunId,
    code: RunFailureCode,
    message: reason,
    /** Length of the prompt, when that is what was wrong. */
    promptTokens: z.int().min(0).optional(),
  }),
  z.object({ type: z.literal('machine'), facts: InferenceFacts }),
  z.object({ type: z.literal('memory_read'), bytesPerSecond: z.number().min(0) }),
  StepsMeasured,
  z.object({ type: z.literal('beat'), number: z.int().min(0), memory: WorkerMemory }),
  /** A message that the worker could not read; `field` names what was wrong. */
  z.object({ type: z.literal('rejected'), field: z.string().max(200), message: reason }),
]);
export type WorkerToEngine = z.infer<typeof WorkerToEngine>;
