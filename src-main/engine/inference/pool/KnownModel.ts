import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { ModelCapacity } from '#engine/ports/ModelCapacity.ts';
import type { LoadPlanner } from './LoadPlanner.ts';
import type { ModelWorker } from '#engine/inference/process/ModelWorker.ts';

/** A model that may be asked for, and what its runs have shown. */
export interface KnownModel {
  model: InstalledModel;
  tokensPerSecond: number | null;
  /** How long its last load took. */
  loadMs: number | null;
  /** Monotonic milliseconds of its last run, or of its load. */
  lastUsedAt: number;
}

/** A first load reads, checks and repacks so many bytes a second on a slow disk, after so many milliseconds. */
const firstLoad = { bytesPerSecond: 100e6, startMs: 1000 };

export function newlyKnown(model: InstalledModel): KnownModel {
  return { model, tokensPerSecond: null, loadMs: null, lastUsedAt: Number.NEGATIVE_INFINITY };
}

/** How long its next load takes: as long as the last one, or reckoned from the file's size. */
export function expectedLoadMs({ model, loadMs }: KnownModel): number {
  return Math.ceil(loadMs ?? firstLoad.startMs + (model.sizeBytes / firstLoad.bytesPerSecond) * 1000);
}

/** What a model can take on, or could if it were loaded. Reckoned anew each time, so that it follows limit, lessons and benchmark. */
export function capacityOf(known: KnownModel, worker: ModelWorker | undefined, planner: LoadPlanner): ModelCapacity {
  const { model } = known;
  const { digest } = model;
  const tokensPerSecond = known.tokensPerSecond ?? planner.measured.get(digest)?.tokensPerSecond ?? null;
  if (worker !== undefined) {
    const { state, refusal, reason, slots, contextSize, busy, waiting, peakBytes } = worker;
    const reservedBytes = planner.memory.reservedBy(digest);
    const why = { ...(refusal === null ? {} : { refusal }), reason };
    return { digest, state, ...why, slots, contextSize, busy, waiting, tokensPerSecond, reservedBytes, peakBytes };
  }
  const resting = { digest, busy: 0, waiting: 0, tokensPerSecond, reservedBytes: 0 };
  const plan = planner.alone(model);
  if (plan.kind === 'plan') {
    return { ...resting, state: 'unloaded', reason: '', slots: plan.sequences, contextSize: plan.contextSize };
  }
  const why = { refusal: 'out_of_memory' as const, reason: planner.wordsFor(plan) };
  return { ...resting, state: 'refused', ...why, slots: 0, contextSize: model.contextSize };
}
