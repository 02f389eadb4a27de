import type { EngineEvent } from '#shared/api/events.ts';
import type { SliceName, Snapshot } from '#shared/api/snapshot.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** What the mirror needs of the engine. */
export interface MirroredEngine {
  slice<K extends SliceName>(name: K): Snapshot[K];
  onChange(listener: (slice: SliceName) => void): () => void;
  onEvent(listener: (event: EngineEvent) => void): () => void;
}

type Listener = (event: EngineEvent) => void;

const gapMs = 100;

/** The engine's events for those who listen. A slice is computed when it changed, at most ten times a second. */
export class EngineMirror {
  readonly #engine: MirroredEngine;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  /** Slices in their gap; `true` when they changed meanwhile. */
  readonly #gaps = new Map<SliceName, { changed: boolean; timer: Timer }>();
  readonly #stop: readonly (() => void)[];

  constructor(engine: MirroredEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
    this.#stop = [engine.onChange((slice) => this.#changed(slice)), engine.onEvent((event) => this.#announce(event))];
  }

  /** Calls the listener for each event from now on; gives the function that ends it. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  close(): void {
    for (const stop of this.#stop) stop();
    for (const gap of this.#gaps.values()) gap.timer.cancel();
    this.#gaps.clear();
    this.#listeners.clear();
  }

  #changed(slice: SliceName): void {
    if (this.#listeners.size === 0) return;
    const gap = this.#gaps.get(slice);
    if (gap === undefined) this.#tell(slice);
    else gap.changed = true;
  }

  #tell(slice: SliceName): void {
    this.#announce({ name: 'slice', payload: { slice, value: this.#engine.slice(slice) } });
    const timer = this.#clock.setTimer(gapMs, () => {
      const changed = this.#gaps.get(slice)?.changed ?? false;
      this.#gaps.delete(slice);
      if (changed) this.#tell(slice);
    });
    this.#gaps.set(slice, { changed: false, timer });
  }

  #announce(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
