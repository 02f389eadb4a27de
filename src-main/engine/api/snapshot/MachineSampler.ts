import type { EngineEvent } from '#shared/api/events.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { TreeUse } from './processTree.ts';

const everyMs = 1000;

export interface SamplerParts {
  readonly clock: Clock;
  /** The use of the engine, its workers and its coordinator. */
  readonly readUse: () => TreeUse;
  /** Tokens per second of all running tasks together. */
  readonly tokensPerSecond: () => number;
  readonly processors: number;
  readonly memoryTotalBytes: number;
}

type Listener = (event: EngineEvent) => void;

/** Samples the use of the machine once a second, while somebody listens. */
export class MachineSampler {
  readonly #parts: SamplerParts;
  readonly #listeners = new Set<Listener>();
  #timer: Timer | undefined;

  constructor(parts: SamplerParts) {
    this.#parts = parts;
  }

  readonly watch = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#measureAfter(this.#parts.readUse(), this.#parts.clock.monotonic());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#timer?.cancel();
    };
  };

  #measureAfter(before: TreeUse, beforeAt: number): void {
    const { clock, readUse } = this.#parts;
    this.#timer = clock.setTimer(everyMs, () => {
      const use = readUse();
      const at = clock.monotonic();
      this.#tell(use, (use.processorMs - before.processorMs) / Math.max(1, at - beforeAt));
      this.#measureAfter(use, at);
    });
  }

  #tell(use: TreeUse, processorsUsed: number): void {
    const { clock, processors, memoryTotalBytes, tokensPerSecond } = this.#parts;
    const event: EngineEvent = {
      name: 'sample',
      payload: {
        at: clock.now(),
        tokensPerSecond: tokensPerSecond(),
        // The time of a process that ended no longer counts, so the difference may be negative.
        processorPercent: Math.min(100, Math.max(0, (processorsUsed / processors) * 100)),
        memoryBytes: use.memoryBytes,
        memoryTotalBytes,
      },
    };
    for (const listener of this.#listeners) listener(event);
  }
}
