import type { EngineEvent } from '#shared/api/events.ts';
import type { SliceName, Snapshot } from '#shared/api/snapshot.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** The engine, as far as it is mirrored. */
export interface MirroredEngine {
  slice<K extends SliceName>(name: K): Snapshot[K];
  onChange(listener: (slice: SliceName) => void): () => void;
  onEvent(listener: (event: EngineEvent) => void): () => void;
}

type Listener = (event: EngineEvent) => void;

/** Least milliseconds between two events of one kind that only show the present state (rules 8.8). */
const gapMs = 100;

interface Gap {
  /** Announces the latest state; null when nothing changed since the last time. */
  next: (() => void) | null;
  timer: Timer;
}

/**
 * The engine's events for its clients. A slice is computed when it changed, at most ten times a second; tails of running
 * tasks are as rare. Everything else passes at once.
 */
export class EngineMirror {
  readonly #engine: MirroredEngine;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  readonly #gaps = new Map<string, Gap>();
  readonly #stop: readonly (() => void)[];

  constructor(engine: MirroredEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
    this.#stop = [engine.onChange((slice) => this.#changed(slice)), engine.onEvent((event) => this.#pass(event))];
  }

  /** Calls back for each event from now on; returns the function that unsubscribes. */
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
    this.#throttle(`slice ${slice}`, () =>
      this.#announce({ name: 'slice', payload: { slice, value: this.#engine.slice(slice) } }),
    );
  }

  #pass(event: EngineEvent): void {
    if (event.name === 'task:tail') this.#throttle(`tail ${event.payload.taskId}`, () => this.#announce(event));
    else this.#announce(event);
  }

  /** Runs the first at once and the last of those that follow within the gap at its end. */
  #throttle(key: string, run: () => void): void {
    const gap = this.#gaps.get(key);
    if (gap === undefined) this.#runNow(key, run);
    else gap.next = run;
  }

  #runNow(key: string, run: () => void): void {
    run();
    const timer = this.#clock.setTimer(gapMs, () => {
      const next = this.#gaps.get(key)?.next ?? null;
      this.#gaps.delete(key);
      if (next !== null) this.#runNow(key, next);
    });
    this.#gaps.set(key, { next: null, timer });
  }

  #announce(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
