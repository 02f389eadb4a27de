import type { TypeDemand } from '#shared/domain/swarm/swarmHealth.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Clock } from '#shared/util/clock.ts';

const hourMs = 3_600_000;
const sliceMs = 300_000;

/** A coordinator that has just begun speaks of ten minutes at least, so that one task is no rush. */
const leastMs = 600_000;

interface Sums {
  asked: number;
  completed: number;
  tokens: number;
}

/** What was asked for in the last hour, by type; in slices of five minutes, so that it costs the same at any rate. */
export class TypeDemands {
  readonly #clock: Clock;
  readonly #began: number;
  #slices: { readonly start: number; readonly types: Map<TaskType, Sums> }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  asked(type: TaskType): void {
    this.#now(type).asked += 1;
  }

  completed(type: TaskType): void {
    this.#now(type).completed += 1;
  }

  wrote(type: TaskType, tokens: number): void {
    this.#now(type).tokens += tokens;
  }

  /** A row for each type that was asked for. `nodesOf`: online nodes that serve a type. */
  rows(nodesOf: (type: TaskType) => number): TypeDemand[] {
    this.#forget();
    const sums = new Map<TaskType, Sums>();
    for (const [type, one] of this.#slices.flatMap(({ types }) => [...types])) {
      const { asked = 0, completed = 0, tokens = 0 } = sums.get(type) ?? {};
      sums.set(type, {
        asked: asked + one.asked,
        completed: completed + one.completed,
        tokens: tokens + one.tokens,
      });
    }
    const overMs = Math.max(leastMs, Math.min(hourMs, this.#clock.monotonic() - this.#began));
    return [...sums].flatMap(([type, { asked, completed, tokens }]) => {
      if (asked === 0) return [];
      const tokensPerTask = completed === 0 ? null : Math.round(tokens / completed);
      return [{ type, tasksPerHour: oneDecimal((asked * hourMs) / overMs), tokensPerTask, nodes: nodesOf(type) }];
    });
  }

  #now(type: TaskType): Sums {
    this.#forget();
    const now = this.#clock.monotonic();
    let slice = this.#slices.at(-1);
    if (slice === undefined || now - slice.start >= sliceMs) {
      slice = { start: now, types: new Map() };
      this.#slices.push(slice);
    }
    const sums = slice.types.get(type) ?? { asked: 0, completed: 0, tokens: 0 };
    slice.types.set(type, sums);
    return sums;
  }

  #forget(): void {
    const oldest = this.#clock.monotonic() - hourMs;
    while ((this.#slices[0]?.start ?? Infinity) < oldest) this.#slices.shift();
  }
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
