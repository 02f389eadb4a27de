import type { LoadPlan, NoFit } from './planLoad.ts';

/** A model in memory that nobody uses at the moment. */
export interface IdleModel {
  readonly digest: string;
  readonly memoryBytes: number;
  readonly graphicsBytes: number;
  /** How much the swarm asks for it; only the order counts. */
  readonly wanted: number;
  /** Monotonic milliseconds of its last run, or of its load. */
  readonly lastUsedAt: number;
}

/** Bytes of main memory, and of the card. */
export interface Room {
  readonly memoryBytes: number;
  readonly graphicsBytes: number;
}

/** A load, and who leaves for it. */
export interface RoomPlan {
  readonly kind: 'room';
  readonly plan: LoadPlan;
  readonly leave: readonly string[];
}

/** The order in which models make room: first what the swarm wants least, then what was not used for longest. */
export function leavingOrder(idle: readonly IdleModel[]): readonly IdleModel[] {
  return idle.toSorted((one, other) => one.wanted - other.wanted || one.lastUsedAt - other.lastUsedAt);
}

/**
 * Plans a load, and which idle models leave for it, before anything is done: nobody leaves for a model that does not fit
 * even then, and only who must. The model gets the widest context that there is room for; slots may be fewer.
 */
export function planRoom(
  planIn: (room: Room) => LoadPlan | NoFit,
  free: Room,
  idle: readonly IdleModel[],
): RoomPlan | NoFit {
  const without = (leaving: readonly IdleModel[]) =>
    planIn({
      memoryBytes: leaving.reduce((sum, one) => sum + one.memoryBytes, free.memoryBytes),
      graphicsBytes: leaving.reduce((sum, one) => sum + one.graphicsBytes, free.graphicsBytes),
    });
  const widest = without(idle);
  if (widest.kind === 'no_fit') return widest;
  const suits = (leaving: readonly IdleModel[]): boolean => {
    const plan = without(leaving);
    return plan.kind === 'plan' && plan.contextSize >= widest.contextSize;
  };
  const order = leavingOrder(idle);
  const needed = order.findIndex((_, count) => suits(order.slice(0, count)));
  const first = needed < 0 ? order : order.slice(0, needed);
  // Small ones that came first may stay when a large one leaves anyway; the most wanted are asked first.
  const leaving = first.reduceRight((kept, one) => {
    const others = kept.filter((each) => each !== one);
    return suits(others) ? others : kept;
  }, first);
  const plan = without(leaving);
  return plan.kind === 'plan' ? { kind: 'room', plan, leave: leaving.map(({ digest }) => digest) } : plan;
}
