import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { type GraphicsShare, planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import { correctEstimate } from '#shared/domain/models/memoryEstimate.ts';
import type { MeasuredPlan } from '#engine/ports/MeasuredPlan.ts';

/** What the machine gives to models. */
export interface MachineShare {
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** Bytes that are free for this model. */
  readonly memoryBytes: number;
  /** The card, with what is free for this model; null without one. */
  readonly graphics: GraphicsShare | null;
  /** By how much the part of estimates that depends on the model was off before; 1 when nothing was learnt. */
  readonly factor?: number;
}

/** How a model is loaded, and the memory that is reserved for it. */
export interface LoadPlan {
  readonly kind: 'plan';
  readonly contextSize: number;
  readonly sequences: number;
  readonly decodeThreads: number;
  readonly prefillThreads: number;
  /** On the card; 0 keeps everything on the processor. */
  readonly gpuLayers: number;
  readonly memoryBytes: number;
  readonly graphicsBytes: number;
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
 * Chooses context, slots, threads and layers on the card so that the model fits its share; slots shrink first, then the context. Slots and
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
  const { graphics, factor = 1 } = share;
  const needOf = (cells: number) => {
    const { layers, graphicsBytes, mainBytes } = planGraphics(model, cells, graphics);
    return { layers, graphicsBytes, memoryBytes: correctEstimate(mainBytes, factor) };
  };
  for (let contextSize = widest; contextSize >= narrowest; contextSize = Math.floor(contextSize / 2)) {
    for (let sequences = slots; sequences >= 1; sequences -= 1) {
      const { layers, graphicsBytes, memoryBytes } = needOf(contextSize * sequences);
      if (memoryBytes > share.memoryBytes) continue;
      const threads = { decodeThreads, prefillThreads };
      return { kind: 'plan', contextSize, sequences, ...threads, gpuLayers: layers, memoryBytes, graphicsBytes };
    }
  }
  return { kind: 'no_fit', needBytes: needOf(narrowest).memoryBytes };
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
