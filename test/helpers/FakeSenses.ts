import type { Senses } from '#engine/ports/Senses.ts';
import { nothingSeen, type SenseReadings } from '#engine/ports/SenseReadings.ts';

/** FAKE senses: the machine is as the test says. */
export class FakeSenses implements Senses {
  readonly #listeners = new Set<() => void>();
  #readings: SenseReadings = nothingSeen;

  readings(): SenseReadings {
    return this.#readings;
  }

  look(): void {}

  report(): void {}

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From now on it is like this; what is not named stays. */
  see(change: Partial<SenseReadings>): void {
    this.#readings = { ...this.#readings, ...change };
    for (const listener of this.#listeners) listener();
  }
}
