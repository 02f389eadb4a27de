import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { GenerateEnd, GenerateHooks, GenerateRequest } from './Generation.ts';
import type { LoadedModel, ModelRefusal, PrepareOptions } from './LoadedModel.ts';
import type { MeasuredPlan } from './MeasuredPlan.ts';
import type { LoadOutlook, ModelCapacity } from './ModelCapacity.ts';
import type { Pace } from './Pace.ts';

/** Runs models. */
export interface Inference {
  /** Loads a model and keeps it; concurrent calls share one load. */
  prepare(model: InstalledModel, options?: PrepareOptions): Promise<LoadedModel | ModelRefusal>;
  /** Generates one answer. Resolves when it has ended; expected failures are values. */
  generate(request: GenerateRequest, hooks: GenerateHooks): Promise<GenerateEnd>;
  capacity(): readonly ModelCapacity[];
  /** Calls back when a capacity changes. */
  onChange(listener: () => void): () => void;
  /** Sets the pace of all models, running ones included. */
  setPace(pace: Pace): void;
  /** Results of the benchmark, by digest; a model served otherwise is reloaded at the next `prepare`. */
  setMeasured(plans: ReadonlyMap<string, MeasuredPlan>): void;
  /** Forgets that a model was refused, so that the next `prepare` tries again. */
  forget(digest: string): Promise<void>;
  /** Registers the models that may be asked for, so that `capacity` covers each of them. */
  know(models: readonly InstalledModel[]): void;
  /** Sets the swarm's demand for each model: the least wanted makes room first. */
  setDemand(demand: (model: InstalledModel) => number): void;
  /** The terms of loading a model now; null while there is no room for it. */
  outlook(model: InstalledModel): LoadOutlook | null;
  /** Milliseconds that idle models stay in memory; null: for ever. */
  setKeepAlive(milliseconds: number | null): void;
  /** Memory for all models together, in bytes; a lower limit unloads idle models. */
  setMemoryLimit(bytes: number | null): void;
  dispose(): Promise<void>;
}

const message = 'Open Swarm is not running.';

/** Refuses every run: for reading and changing stored data without starting a worker. */
export const restingInference: Inference = {
  prepare: ({ digest }) => Promise.resolve({ kind: 'refused', digest, code: 'disposed', message }),
  generate: () => Promise.resolve({ kind: 'failed', code: 'disposed', message, delivered: 0 }),
  capacity: () => [],
  onChange: () => () => {},
  setPace: () => {},
  setMeasured: () => {},
  forget: () => Promise.resolve(),
  know: () => {},
  setDemand: () => {},
  outlook: () => null,
  setKeepAlive: () => {},
  setMemoryLimit: () => {},
  dispose: () => Promise.resolve(),
};
