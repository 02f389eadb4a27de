import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { MeasuredPlan } from '#engine/ports/inference/MeasuredPlan.ts';
import type { MemoryLedger } from './MemoryLedger.ts';
import { type LoadPlan, type NoFit, planLoad } from './planLoad.ts';
import { type FreeMemory, type IdleModel, type Placement, planPlacement } from './planPlacement.ts';

export interface LoadPlannerOptions {
  /** Bytes that all models together may reserve under the owner's limit; null: the owner has set none. */
  readonly memoryFor: (ownersLimit: number | null) => number;
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** The graphics card, with its free memory before any model was loaded; null without one. */
  readonly graphics?: () => GraphicsShare | null;
  /** Correction of a model's memory estimate, learnt from earlier loads; 1 when nothing was learnt. */
  readonly correction?: (model: InstalledModel) => number;
}

/** Resources in use by the models in memory. */
export interface MemoryUsage {
  readonly graphicsBytes: number;
  /** The models that could be evicted. */
  readonly idle: readonly IdleModel[];
}

/** A limit above anything an owner could set. */
const noLimit = Number.MAX_SAFE_INTEGER;

/** Plans loads within the memory that models may use. */
export class LoadPlanner {
  readonly #options: LoadPlannerOptions;
  readonly #memory: MemoryLedger;
  readonly #usage: () => MemoryUsage;
  /** Plans measured by the benchmark, by digest. */
  measured: ReadonlyMap<string, MeasuredPlan> = new Map<string, MeasuredPlan>();

  constructor(options: LoadPlannerOptions, memory: MemoryLedger, usage: () => MemoryUsage) {
    this.#options = options;
    this.#memory = memory;
    this.#usage = usage;
  }

  /** Sets the owner's limit in bytes; null: none. */
  setLimit(ownersLimit: number | null): void {
    this.#memory.setBudget(this.#options.memoryFor(ownersLimit));
  }

  /** The load as if no other model were in memory. */
  planAlone(model: InstalledModel): LoadPlan | NoFit {
    const graphicsBytes = this.#options.graphics?.()?.freeBytes ?? 0;
    return this.#plan(model, { memoryBytes: this.#memory.budgetBytes, graphicsBytes });
  }

  /** A load now that evicts idle models as needed. */
  planEvicting(model: InstalledModel): Placement | NoFit {
    return planPlacement((free) => this.#plan(model, free), this.#free(), this.#usage().idle);
  }

  /** A load now that evicts nothing and gives as much context as the model would have alone. */
  planBeside(model: InstalledModel): Placement | NoFit {
    const alone = this.planAlone(model);
    if (alone.kind === 'no_fit') return alone;
    const plan = this.#plan(model, this.#free());
    if (plan.kind === 'no_fit') return plan;
    if (plan.contextSize < alone.contextSize) return { kind: 'no_fit', needBytes: alone.memoryBytes };
    return { kind: 'placement', plan, evict: [] };
  }

  /** Explains to people why there is no room, and what they can do. */
  explain({ needBytes }: NoFit): string {
    const { budgetBytes, freeBytes } = this.#memory;
    const need = `It needs ${formatBytes(needBytes)} of memory`;
    if (needBytes <= budgetBytes) {
      const idleBytes = this.#usage().idle.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
      const free = formatBytes(Math.max(0, freeBytes + idleBytes));
      return `${need}; ${free} are free beside the models in use. Try again when they are done.`;
    }
    const facts = `${need}, but models may use only ${formatBytes(budgetBytes)} on this computer.`;
    return needBytes <= this.#options.memoryFor(noLimit)
      ? `${facts} Allow more in Settings, or choose a smaller file of this model.`
      : `${facts} Choose a smaller file of this model, or remove it.`;
  }

  #plan(model: InstalledModel, { memoryBytes, graphicsBytes }: FreeMemory): LoadPlan | NoFit {
    const { cores, correction, graphics } = this.#options;
    const card = graphics?.() ?? null;
    const share = {
      cores,
      graphics: card === null ? null : { ...card, freeBytes: graphicsBytes },
      memoryBytes,
      factor: correction?.(model) ?? 1,
    };
    return planLoad(model, share, this.measured.get(model.digest));
  }

  /** Memory not taken by the models that are loaded. */
  #free(): FreeMemory {
    const card = this.#options.graphics?.()?.freeBytes ?? 0;
    const graphicsBytes = Math.max(0, card - this.#usage().graphicsBytes);
    return { memoryBytes: this.#memory.freeBytes, graphicsBytes };
  }
}

function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
