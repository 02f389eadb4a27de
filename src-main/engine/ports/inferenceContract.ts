import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { GeneratePrompt } from '#shared/worker/EngineToWorker.ts';
import type { LoadFailureCode, RunTimings, WorkerEnvironment, WorkerMemory } from '#shared/worker/WorkerToEngine.ts';

/** One answer to be written. */
export interface GenerateRequest {
  readonly model: InstalledModel;
  readonly prompt: GeneratePrompt;
  readonly sampler: Sampler;
  /** From the coordinator; 0 … 2^32 − 2. */
  readonly seed: number;
}

/** How much of the machine models may use. */
export interface Pace {
  /** Of the whole processor, 0 to 1: processor time of a worker / (time × processors). */
  readonly processorShare: number;
  /** Of the time, 0 to 1, that a model on a graphics card may compute. */
  readonly gpuShare: number;
  /** Most threads of one step; null: as many as its load planned. */
  readonly threads: number | null;
}

/** How a model is best served on this machine, as the benchmark found. */
export interface MeasuredPlan {
  readonly slots: number;
  /** Most threads for writing at any number of answers up to the slots, and for reading. */
  readonly decodeThreads: number;
  readonly prefillThreads: number;
  /** Of one answer alone. */
  readonly tokensPerSecond: number;
}

/** What the caller hears while an answer is written. */
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
      /** Tokens that were still drawn after the signal to stop had reached the worker: one at most. */
      readonly afterStop?: number;
    }
  | {
      readonly kind: 'failed';
      readonly code: GenerateFailureCode;
      readonly message: string;
      readonly promptTokens?: number;
      readonly delivered: number;
    };

/** A model in memory, as the library describes it. */
export interface LoadedModel {
  readonly kind: 'loaded';
  readonly digest: string;
  readonly slots: number;
  readonly contextSize: number;
  readonly vocabSize: number;
  readonly eogIds: readonly number[];
  readonly hasChatTemplate: boolean;
  readonly environment: WorkerEnvironment;
  readonly memory: WorkerMemory;
}

export type RefusalCode = LoadFailureCode | 'gave_up' | 'disposed';

/** Why a model cannot be served. */
export interface ModelRefusal {
  readonly kind: 'refused';
  readonly digest: string;
  readonly code: RefusalCode;
  readonly message: string;
}

/** `unloaded`: fits, and is loaded when it is asked for. `gave_up`: crashed too often. `refused`: cannot be loaded. */
export type ServingState = 'loading' | 'ready' | 'unloaded' | 'gave_up' | 'refused';

/** What a model can take on. */
export interface ModelCapacity {
  readonly digest: string;
  readonly state: ServingState;
  /** What kind of refusal, when it was refused or given up. */
  readonly refusal?: RefusalCode;
  /** Why it is not ready, in a sentence; empty when it is. */
  readonly reason: string;
  readonly slots: number;
  /** Of one answer, in tokens: as it was loaded, or would be if nothing else were. */
  readonly contextSize: number;
  /** Slots in use. */
  readonly busy: number;
  /** Runs that wait for a slot. */
  readonly waiting: number;
  /** Of one stream, measured; null before the first run that was long enough. */
  readonly tokensPerSecond: number | null;
  readonly reservedBytes: number;
  /** The most that its process held since it was loaded, in bytes; null before it has worked. */
  readonly peakBytes?: number | null;
}

/** How a load goes on. */
export interface PrepareOptions {
  /** Idle models make room for it, as far as they must; true by default. */
  readonly displace?: boolean;
}

/** What a model that is not in memory would give if it were loaded now, idle models making room for it. */
export interface LoadOutlook {
  readonly contextSize: number;
  readonly slots: number;
  /** How long that takes: as long as the last time, or reckoned from the file's size. */
  readonly loadMs: number;
}
