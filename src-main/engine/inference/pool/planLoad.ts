import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { type GraphicsShare, planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import { correctEstimate } from '#shared/domain/models/memoryEstimate.ts';
import type { MeasuredPlan } from '#engine/ports/inference/MeasuredPlan.ts';

/** The part of the machine that is available to one model. */
export interface MachineShare {
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** Main memory available to the model, in bytes. */
  readonly memoryBytes: number;
  /** The graphics card, with the memory available to the model; null without one. */
  readonly graphics: GraphicsShare | null;
  /** Correction of the model-dependent part of the estimate, learnt from earlier loads; 1 by default. */
  readonly factor?: number;
}

/** How to load a model, and how much memory to reserve for it. */
export interface LoadPlan {
  readonly kind: 'plan';
  /** Tokens of context for each sequence. */
  readonly contextSize: number;
  /** Number of concurrent runs. */
  readonly sequences: number;
  readonly decodeThreads: number;
  readonly prefillThreads: number;
  /** Layers on the graphics card; 0 runs everything on the processor. */
  readonly gpuLayers: number;
  readonly memoryBytes: number;
  readonly graphicsBytes: number;
}

/** The model does not fit; `needBytes` is the least main memory it needs. */
export interface NoFit {
  readonly kind: 'no_fit';
  readonly needBytes: number;
}

/** Below this many parameters starting a second thread costs more than it saves (rules 10.2). */
const oneThreadBelow = 50e6;

/** Limits on the context of one sequence, in tokens. */
const widestContext = 8192;
const narrowestContext = 2048;

/**
 * Chooses context, slots, threads and graphics layers so that the model fits its share of the machine. Reduces the
 * number of slots first, then the context. Slots and threads measured by the benchmark take precedence over defaults.
 */
export function planLoad(
  model: InstalledModel,
  share: MachineShare,
  measured: MeasuredPlan | null = null,
): LoadPlan | NoFit {
  const widest = Math.min(model.contextSize, widestContext);
  const narrowest = Math.min(widest, narrowestContext);
  const { prefillThreads, decodeThreads } = threadsFor(model, share, measured);
  const slots = measured?.slots ?? defaultSlots(model.parameters);
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

/** Upper limits on threads; the worker measures which count up to them is fastest at the moment. */
function threadsFor(model: InstalledModel, share: MachineShare, measured: MeasuredPlan | null) {
  const cores = Math.max(1, share.cores);
  if (measured !== null) {
    const { prefillThreads, decodeThreads } = measured;
    return { prefillThreads: Math.min(cores, prefillThreads), decodeThreads: Math.min(cores, decodeThreads) };
  }
  const prefillThreads = model.parameters < oneThreadBelow ? 1 : cores;
  // Machines with many cores leave one to their user.
  return { prefillThreads, decodeThreads: prefillThreads > 4 ? prefillThreads - 1 : prefillThreads };
}

/** Default number of slots where no benchmark has measured any; the starter model has ten (rules 8.6). */
function defaultSlots(parameters: number): number {
  if (parameters < oneThreadBelow) return 10;
  if (parameters < 2e9) return 4;
  return parameters < 5e9 ? 2 : 1;
}
