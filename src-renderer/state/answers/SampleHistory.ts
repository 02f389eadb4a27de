import type { EngineEventPayload } from '#shared/api/events.ts';

export type Sample = EngineEventPayload<'sample'>;

/** Time span of the meters in seconds. */
export const meterSeconds = 300;

/** The last five minutes of the engine's samples. The engine samples only while there is a subscriber. */
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
    if (this.#listeners.size === 1) this.#setWatching(true);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#setWatching(false);
    };
  };

  take(sample: Sample): void {
    const oldest = sample.at - meterSeconds * 1000;
    this.#samples = [...this.#samples.filter(({ at }) => at >= oldest && at < sample.at), sample];
    for (const listener of this.#listeners) listener();
  }

  /** Renews the subscription after a reconnect. */
  resubscribe(): void {
    if (this.#listeners.size > 0) this.#setWatching(true);
  }

  #setWatching(on: boolean): void {
    // Offline there is nothing to sample; `resubscribe` follows the reconnect.
    this.#watch(on).catch(() => undefined);
  }
}
