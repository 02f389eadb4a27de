import type { TypeDemand } from '#shared/domain/swarm/swarmHealth.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Clock } from '#shared/util/clock.ts';

const hourMs = 3_600_000;
const sliceMs = 300_000;

/** Shortest period for a rate, so that one task right after the start does not look like a rush. */
const minPeriodMs = 600_000;

interface Sums {
  asked: number;
  completed: number;
  tokens: number;
}

/** Demand of the last hour by task type, in slices of five minutes, so that the memory needed does not depend on the rate. */
export class TypeDemands {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #slices: { readonly start: number; readonly types: Map<TaskType, Sums> }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  asked(type: TaskType): void {
    this.#currentSums(type).asked += 1;
  }

  completed(type: TaskType): void {
    this.#currentSums(type).completed += 1;
  }

  wrote(type: TaskType, tokens: number): void {
    this.#currentSums(type).tokens += tokens;
  }

  /** One row for each type with demand. `nodesOf` counts the online nodes that serve a type. */
  rows(nodesOf: (type: TaskType) => number): TypeDemand[] {
    this.#dropOldSlices();
    const sums = new Map<TaskType, Sums>();
    for (const [type, one] of this.#slices.flatMap(({ types }) => [...types])) {
      const { asked = 0, completed = 0, tokens = 0 } = sums.get(type) ?? {};
      sums.set(type, {
        asked: asked + one.asked,
        completed: completed + one.completed,
        tokens: tokens + one.tokens,
      });
    }
    const periodMs = Math.max(minPeriodMs, Math.min(hourMs, this.#clock.monotonic() - this.#startedAt));
    return [...sums].flatMap(([type, { asked, completed, tokens }]) => {
      if (asked === 0) return [];
      const tokensPerTask = completed === 0 ? null : Math.round(tokens / completed);
      return [{ type, tasksPerHour: oneDecimal((asked * hourMs) / periodMs), tokensPerTask, nodes: nodesOf(type) }];
    });
  }

  #currentSums(type: TaskType): Sums {
    this.#dropOldSlices();
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

  #dropOldSlices(): void {
    const oldest = this.#clock.monotonic() - hourMs;
    while ((this.#slices[0]?.start ?? Infinity) < oldest) this.#slices.shift();
  }
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
