import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { GeneratePrompt } from '#shared/worker/EngineToWorker.ts';
import type { RunTimings } from '#shared/worker/WorkerToEngine.ts';

/** One answer to be generated. */
export interface GenerateRequest {
  readonly model: InstalledModel;
  readonly prompt: GeneratePrompt;
  readonly sampler: Sampler;
  /** From the coordinator; 0 … 2^32 − 2. */
  readonly seed: number;
}

/** Callbacks of one generation. */
export interface GenerateHooks {
  /** Aborting ends the run with at most one more token. */
  readonly signal: AbortSignal;
  /** The exact prompt, before the first token. */
  readonly onStarted: (promptIds: number[]) => void;
  /** `from` counts within this run; the text may lag behind the ids by part of a character. */
  readonly onTokens: (from: number, ids: number[], text: string) => void;
}

export type GenerateFailureCode =
  | 'prompt_too_long'
  | 'no_chat_template'
  | 'invalid_ids'
  | 'worker_died'
  | 'model_refused'
  | 'out_of_memory'
  | 'gave_up'
  | 'queue_full'
  | 'run_failed'
  | 'disposed';

/** How a generation ended. `delivered` counts the tokens that the caller was given before the failure. */
export type GenerateEnd =
  | {
      readonly kind: 'ended';
      readonly finish: Finish;
      readonly count: number;
      readonly timings: RunTimings;
      /** Tokens drawn after the signal to stop had reached the worker: one at most. */
      readonly afterStop?: number;
    }
  | {
      readonly kind: 'failed';
      readonly code: GenerateFailureCode;
      readonly message: string;
      readonly promptTokens?: number;
      readonly delivered: number;
    };
