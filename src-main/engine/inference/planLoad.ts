import type { InstalledModel } from '#shared/domain/installedModel.ts';
import { estimateMemory } from '#shared/domain/memoryEstimate.ts';
import type { MeasuredPlan } from './inferenceContract.ts';

/** What the machine gives to models. */
export interface MachineShare {
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** Bytes that are free for this model. */
  readonly memoryBytes: number;
  readonly gpuLayers: number;
}

/** How a model is loaded, and the memory that is reserved for it. */
export interface LoadPlan {
  readonly kind: 'plan';
  readonly contextSize: number;
  readonly sequences: number;
  readonly decodeThreads: number;
  readonly prefillThreads: number;
  readonly gpuLayers: number;
  readonly memoryBytes: number;
}

export interface NoFit {
  readonly kind: 'no_fit';
  readonly needBytes: number;
}

/** Below this many parameters the start of a helper thread costs more than its work (PERFORMANCE, Inference). */
const oneThreadBelow = 50e6;

/** Context of one sequence where the model could have more. */
const widestContext = 8192;
const narrowestContext = 2048;

/**
 * Chooses context, slots and threads so that the model fits its share; slots shrink first, then the context. Slots and
 * threads that the benchmark found come before guessed ones.
 */
export function planLoad(
  model: InstalledModel,
  share: MachineShare,
  measured: MeasuredPlan | null = null,
): LoadPlan | NoFit {
  const widest = Math.min(model.contextSize, widestContext);
  const narrowest = Math.min(widest, narrowestContext);
  const { prefillThreads, decodeThreads } = threadsFor(model, share, measured);
  const slots = measured?.slots ?? wantedSlots(model.parameters);
  for (let contextSize = widest; contextSize >= narrowest; contextSize = Math.floor(contextSize / 2)) {
    for (let sequences = slots; sequences >= 1; sequences -= 1) {
      const memoryBytes = estimateMemory(model, contextSize * sequences);
      if (memoryBytes > share.memoryBytes) continue;
      const { gpuLayers } = share;
      return { kind: 'plan', contextSize, sequences, decodeThreads, prefillThreads, gpuLayers, memoryBytes };
    }
  }
  return { kind: 'no_fit', needBytes: estimateMemory(model, narrowest) };
}

/** The most threads of a load; the worker measures which count up to these is best at the moment. */
function threadsFor(model: InstalledModel, share: MachineShare, measured: MeasuredPlan | null) {
  const cores = Math.max(1, share.cores);
  if (measured !== null) {
    const { prefillThreads, decodeThreads } = measured;
    return { prefillThreads: Math.min(cores, prefillThreads), decodeThreads: Math.min(cores, decodeThreads) };
  }
  const prefillThreads = model.parameters < oneThreadBelow ? 1 : cores;
  // Large machines keep a core for their person.
  return { prefillThreads, decodeThreads: prefillThreads > 4 ? prefillThreads - 1 : prefillThreads };
}

/** Concurrent runs before a benchmark has measured better; the starter model has ten (RULES 8). */
function wantedSlots(parameters: number): number {
  if (parameters < oneThreadBelow) return 10;
  if (parameters < 2e9) return 4;
  return parameters < 5e9 ? 2 : 1;
}
