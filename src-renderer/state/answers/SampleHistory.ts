import type { EngineEventPayload } from '#shared/api/events.ts';

export type Sample = EngineEventPayload<'sample'>;

/** Seconds that the meters show. */
export const meterSeconds = 300;

/** The last five minutes of the engine's samples. The engine measures only while somebody watches. */
export class SampleHistory {
  readonly #watch: (on: boolean) => Promise<unknown>;
  readonly #listeners = new Set<() => void>();
  #samples: readonly Sample[] = [];

  constructor(watch: (on: boolean) => Promise<unknown>) {
    this.#watch = watch;
  }

  read = (): readonly Sample[] => this.#samples;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#ask(true);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#ask(false);
    };
  };

  take(sample: Sample): void {
    const oldest = sample.at - meterSeconds * 1000;
    this.#samples = [...this.#samples.filter(({ at }) => at >= oldest && at < sample.at), sample];
    for (const listener of this.#listeners) listener();
  }

  /** After a reconnect the engine does not know any more that somebody watches. */
  askAgain(): void {
    if (this.#listeners.size > 0) this.#ask(true);
  }

  #ask(on: boolean): void {
    // Offline there is nothing to measure; `askAgain` follows the reconnect.
    this.#watch(on).catch(() => undefined);
  }
}
