import type { RefusalCode } from './LoadedModel.ts';

/** `unloaded`: fits, and is loaded on demand. `gave_up`: crashed too often. `refused`: cannot be loaded. */
export type ServingState = 'loading' | 'ready' | 'unloaded' | 'gave_up' | 'refused';

/** The work that a model can take on. */
export interface ModelCapacity {
  readonly digest: string;
  readonly state: ServingState;
  /** The kind of refusal, when the model was refused or given up. */
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

/** The terms of loading a model now, idle models making room for it. */
export interface LoadOutlook {
  readonly contextSize: number;
  readonly slots: number;
  /** Duration of the load: that of the last one, or an estimate from the size of the file. */
  readonly loadMs: number;
}
