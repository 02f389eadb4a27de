import type { LoadFailureCode, WorkerEnvironment, WorkerMemory } from '#shared/worker/WorkerToEngine.ts';

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

/** Options of a load. */
export interface PrepareOptions {
  /** Idle models make room for it, as far as they must; true by default. */
  readonly displace?: boolean;
}
