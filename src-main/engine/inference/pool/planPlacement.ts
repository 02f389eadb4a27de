import type { LoadPlan, NoFit } from './planLoad.ts';

/** A model in memory without running or waiting runs. */
export interface IdleModel {
  readonly digest: string;
  readonly memoryBytes: number;
  readonly graphicsBytes: number;
  /** How much the swarm asks for it; only the order matters. */
  readonly demand: number;
  /** Monotonic milliseconds of its last run, or of its load. */
  readonly lastUsedAt: number;
}

/** Free main memory and free graphics memory, in bytes. */
export interface FreeMemory {
  readonly memoryBytes: number;
  readonly graphicsBytes: number;
}

/** A load, and the digests of the models to evict for it. */
export interface Placement {
  readonly kind: 'placement';
  readonly plan: LoadPlan;
  readonly evict: readonly string[];
}

/** The order in which models are evicted: least demand first, then least recently used. */
export function evictionOrder(idle: readonly IdleModel[]): readonly IdleModel[] {
  return idle.toSorted((one, other) => one.demand - other.demand || one.lastUsedAt - other.lastUsedAt);
}

/**
 * Plans a load and the evictions it needs, before anything is changed. Nothing is evicted for a model that would not
 * fit even then, and nothing without need. The model gets the widest context that evicting everything would allow,
 * possibly with fewer slots. `planWith` plans the load in a given amount of free memory.
 */
export function planPlacement(
  planWith: (free: FreeMemory) => LoadPlan | NoFit,
  free: FreeMemory,
  idle: readonly IdleModel[],
): Placement | NoFit {
  const planWithout = (evicted: readonly IdleModel[]) =>
    planWith({
      memoryBytes: evicted.reduce((sum, one) => sum + one.memoryBytes, free.memoryBytes),
      graphicsBytes: evicted.reduce((sum, one) => sum + one.graphicsBytes, free.graphicsBytes),
    });
  const widest = planWithout(idle);
  if (widest.kind === 'no_fit') return widest;
  const suffices = (evicted: readonly IdleModel[]): boolean => {
    const plan = planWithout(evicted);
    return plan.kind === 'plan' && plan.contextSize >= widest.contextSize;
  };
  const order = evictionOrder(idle);
  const needed = order.findIndex((_, count) => suffices(order.slice(0, count)));
  const candidates = needed < 0 ? order : order.slice(0, needed);
  // A small model early in the order may stay when a later, larger one has to go anyway. Most demanded ones first.
  const evicted = candidates.reduceRight((kept, one) => {
    const others = kept.filter((each) => each !== one);
    return suffices(others) ? others : kept;
  }, candidates);
  const plan = planWithout(evicted);
  return plan.kind === 'plan' ? { kind: 'placement', plan, evict: evicted.map(({ digest }) => digest) } : plan;
}
