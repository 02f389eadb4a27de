import type { Clock, Timer } from '#shared/util/clock.ts';

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** UTC at which every simulated world begins. */
const epoch = Date.UTC(2026, 0, 1);

/**
 * Time that passes only when it is told to. Timers run in the order of their time, then of their making; between two of
 * them every promise that can settle settles. One world has one of these; each process in it sees a `ProcessClock`.
 */
export class VirtualClock {
  readonly #heap: Planned[] = [];
  #time = 0;
  #order = 0;
  #events = 0;

  /** Milliseconds since the world began. */
  get time(): number {
    return this.#time;
  }

  /** Timers that ran so far. */
  get events(): number {
    return this.#events;
  }

  get utc(): number {
    return Math.floor(epoch + this.#time);
  }

  plan(delayMs: number, run: () => void): Timer {
    const planned: Planned = {
      at: this.#time + Math.max(0, delayMs),
      order: (this.#order += 1),
      run,
      cancelled: false,
    };
    this.#push(planned);
    return {
      cancel: () => {
        planned.cancelled = true;
      },
    };
  }

  /** Runs the next timer and all promises it settles. False when nothing is planned up to `until`. */
  async step(until: number): Promise<boolean> {
    const next = this.#pop(until);
    if (next === undefined) {
      this.#time = Math.max(this.#time, until);
      return false;
    }
    this.#time = Math.max(this.#time, next.at);
    this.#events += 1;
    next.run();
    await settled();
    return true;
  }

  #pop(until: number): Planned | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (first.at > until && !first.cancelled)) return undefined;
      this.#removeFirst();
      if (!first.cancelled) return first;
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, planned)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = planned;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[index * 2 + 1];
      const right = heap[index * 2 + 2];
      if (left === undefined) break;
      const [child, at] = right !== undefined && isBefore(right, left) ? [right, index * 2 + 2] : [left, index * 2 + 1];
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = at;
    }
    heap[index] = last;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when no promise is left that can go on without a timer. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The clock of one process in the world: it dies with it, and its wall clock may be wrong or jump. */
export class ProcessClock implements Clock {
  readonly #world: VirtualClock;
  #alive = true;
  #offset: number;

  constructor(world: VirtualClock, wallOffsetMs = 0) {
    this.#world = world;
    this.#offset = wallOffsetMs;
  }

  now(): number {
    return this.#world.utc + this.#offset;
  }

  monotonic(): number {
    return this.#world.time;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    return this.#world.plan(delayMs, () => {
      if (this.#alive) run();
    });
  }

  /** Moves the wall clock, as its owner or a time server does. */
  jump(millis: number): void {
    this.#offset += millis;
  }

  /** The process is gone: none of its timers runs any more. */
  kill(): void {
    this.#alive = false;
  }

  get isAlive(): boolean {
    return this.#alive;
  }
}
