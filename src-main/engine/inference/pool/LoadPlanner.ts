import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { MeasuredPlan } from '#engine/ports/MeasuredPlan.ts';
import { MemoryLedger } from './MemoryLedger.ts';
import { neverFits, noRoomNow } from './memoryWords.ts';
import { type LoadPlan, type NoFit, planLoad } from './planLoad.ts';
import { type IdleModel, planRoom, type Room, type RoomPlan } from './planRoom.ts';

export interface LoadPlannerOptions {
  /** Bytes that all models together may reserve, by the limit that the owner set; null: the owner set none. */
  readonly memoryFor: (ownersLimit: number | null) => number;
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** The card, with what was free before any model was loaded; null without one. */
  readonly graphics?: () => GraphicsShare | null;
  /** By how much estimates of a model's memory were off when it was loaded before; 1 when nothing was learnt. */
  readonly correction?: (model: InstalledModel) => number;
}

/** What is in memory. */
export interface Loaded {
  readonly graphicsBytes: number;
  /** Models that nobody uses. */
  readonly idle: readonly IdleModel[];
}

/** The most that an owner may allow to models, whatever it is here. */
const withoutLimit = Number.MAX_SAFE_INTEGER;

/** Plans loads within the memory that models may use, and reserves it. */
export class LoadPlanner {
  readonly memory: MemoryLedger;
  readonly #options: LoadPlannerOptions;
  readonly #loaded: () => Loaded;
  /** What the benchmark found, by digest. */
  measured: ReadonlyMap<string, MeasuredPlan> = new Map<string, MeasuredPlan>();

  constructor(options: LoadPlannerOptions, loaded: () => Loaded) {
    this.#options = options;
    this.#loaded = loaded;
    this.memory = new MemoryLedger(options.memoryFor(null));
  }

  limit(ownersLimit: number | null): void {
    this.memory.setBudget(this.#options.memoryFor(ownersLimit));
  }

  /** As if nothing else were loaded. */
  alone(model: InstalledModel): LoadPlan | NoFit {
    const graphicsBytes = this.#options.graphics?.()?.freeBytes ?? 0;
    return this.#plan(model, { memoryBytes: this.memory.budgetBytes, graphicsBytes });
  }

  /** A load now, for which idle models leave as far as they must. */
  displacing(model: InstalledModel): RoomPlan | NoFit {
    return planRoom((room) => this.#plan(model, room), this.#free(), this.#loaded().idle);
  }

  /** A load now for which nobody leaves, with as much context as it would have alone. */
  beside(model: InstalledModel): RoomPlan | NoFit {
    const alone = this.alone(model);
    if (alone.kind === 'no_fit') return alone;
    const plan = this.#plan(model, this.#free());
    if (plan.kind === 'no_fit') return plan;
    if (plan.contextSize < alone.contextSize) return { kind: 'no_fit', needBytes: alone.memoryBytes };
    return { kind: 'room', plan, leave: [] };
  }

  /** Why there is no room, in words for people. */
  wordsFor({ needBytes }: NoFit): string {
    const { budgetBytes, freeBytes } = this.memory;
    if (needBytes > budgetBytes) {
      return neverFits(needBytes, { budgetBytes, mostBytes: this.#options.memoryFor(withoutLimit) });
    }
    const idleBytes = this.#loaded().idle.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    return noRoomNow(needBytes, freeBytes + idleBytes);
  }

  #plan(model: InstalledModel, { memoryBytes, graphicsBytes }: Room): LoadPlan | NoFit {
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

  /** What is left beside the models that are in memory. */
  #free(): Room {
    const card = this.#options.graphics?.()?.freeBytes ?? 0;
    const graphicsBytes = Math.max(0, card - this.#loaded().graphicsBytes);
    return { memoryBytes: this.memory.freeBytes, graphicsBytes };
  }
}
