/** Repeatable randomness for tests: the same seed gives the same run. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1) (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.between(0, values.length - 1)];
    if (value === undefined) throw new RangeError('Nothing to pick from');
    return value;
  }
}

/** The seed of this run: `OPEN_SWARM_SEED`, or a new one. Printed, so that a failure can be run again. */
export function seedOfRun(what: string): number {
  const seed = Number(process.env['OPEN_SWARM_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${what}: OPEN_SWARM_SEED=${seed}`);
  return seed;
}
