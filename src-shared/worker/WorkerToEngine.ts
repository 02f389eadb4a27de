import { z } from 'zod';
import { Finish } from '#shared/domain/tasks/assignment.ts';
import { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import { RunId, TokenIds } from './EngineToWorker.ts';

/** Timings of a run in milliseconds on the worker's clock. `firstTokenMs` is null when there was no token. */
export const RunTimings = z.object({
  /** From the request until the prompt was read. */
  promptMs: z.number().min(0),
  firstTokenMs: z.number().min(0).nullable(),
  /** From the first token to the last. */
  decodeMs: z.number().min(0),
});
export type RunTimings = z.infer<typeof RunTimings>;

/** Memory of the worker process, in bytes. */
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

/** Why a run failed. */
export const RunFailureCode = z.enum([
  'prompt_too_long',
  'no_chat_template',
  'invalid_ids',
  'busy',
  'not_loaded',
  'run_failed',
]);
export type RunFailureCode = z.infer<typeof RunFailureCode>;

/** The library as loaded; becomes the `environment` of results (trust 4.1). */
export const WorkerEnvironment = z.object({
  library: z.string().max(64),
  gpu: z.enum(['cpu', 'cuda', 'vulkan', 'metal']),
  /** `auto`: the library decides by model and device. */
  flashAttention: z.enum(['on', 'off', 'auto']),
  kv: z.string().max(16),
});
export type WorkerEnvironment = z.infer<typeof WorkerEnvironment>;

/** A loaded model as the library describes it. */
export const ModelLoaded = z.object({
  type: z.literal('loaded'),
  vocabSize: z.int().min(1),
  eogIds: TokenIds,
  /** Tokens of one sequence, as allocated. */
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

/** Duration of each step in milliseconds, in order, without the warm-up step. */
export const StepsMeasured = z.object({
  type: z.literal('measured'),
  runId: RunId,
  stepMs: z.array(z.number().min(0)).max(100_000),
});
export type StepsMeasured = z.infer<typeof StepsMeasured>;

/** Every message from a worker to the engine. */
export const WorkerToEngine = z.discriminatedUnion('type', [
  /** The process has started and accepts messages. */
  z.object({ type: z.literal('ready'), pid: z.int() }),
  ModelLoaded,
  z.object({ type: z.literal('load_failed'), code: LoadFailureCode, message: reason }),
  /** The token ids of the prompt, sent before they are read. */
  z.object({ type: z.literal('started'), runId: RunId, promptIds: TokenIds }),
  /**
   * New tokens of an answer; `from` is the index of the first one within the run. The text contains whole characters
   * only, so it may lag behind the ids; the texts of an answer concatenated are its detokenized ids.
   */
  z.object({ type: z.literal('tokens'), runId: RunId, from: z.int().min(0), ids: TokenIds, text: z.string() }),
  z.object({
    type: z.literal('ended'),
    runId: RunId,
    finish: Finish,
    count: z.int().min(0),
    /** Tokens sampled after the request to stop. */
    afterStop: z.int().min(0),
    timings: RunTimings,
  }),
  z.object({
    type: z.literal('failed'),
    runId: RunId,
    code: RunFailureCode,
    message: reason,
    /** Length of prompt and prefix in tokens, when that is the reason. */
    promptTokens: z.int().min(0).optional(),
  }),
  z.object({ type: z.literal('machine'), facts: InferenceFacts }),
  z.object({ type: z.literal('memory_read'), bytesPerSecond: z.number().min(0) }),
  StepsMeasured,
  z.object({ type: z.literal('beat'), number: z.int().min(0), memory: WorkerMemory }),
  /** The last message was invalid; `field` names the offending field. */
  z.object({ type: z.literal('rejected'), field: z.string().max(200), message: reason }),
]);
export type WorkerToEngine = z.infer<typeof WorkerToEngine>;
