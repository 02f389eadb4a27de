import type { EngineEvent } from '#shared/api/events.ts';
import type { SliceName } from '#shared/api/snapshot.ts';

/** Announces changed slices and events to the listeners of an engine. */
export class Announcer {
  readonly #slices = new Set<(slice: SliceName) => void>();
  readonly #events = new Set<(event: EngineEvent) => void>();

  onChange(listener: (slice: SliceName) => void): () => void {
    this.#slices.add(listener);
    return () => void this.#slices.delete(listener);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#events.add(listener);
    return () => void this.#events.delete(listener);
  }

  readonly changed = (...names: readonly SliceName[]): void => {
    for (const name of names) for (const listener of this.#slices) listener(name);
  };

  readonly emit = (event: EngineEvent): void => {
    for (const listener of this.#events) listener(event);
  };
}
