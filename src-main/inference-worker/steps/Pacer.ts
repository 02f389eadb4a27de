import type { Clock, Timer } from '#shared/util/clock.ts';
import type { SetPace } from '#shared/worker/EngineToWorker.ts';

/** How much of the machine steps may use; see `SetPace`. */
export type Pace = Omit<SetPace, 'type'>;

export interface PacerOptions {
  readonly clock: Clock;
  /** Processor time of this process so far, in milliseconds. */
  readonly processorMs: () => number;
}

/**
 * Unused time that may be saved up, in milliseconds. A short prompt is read without rests, yet over a minute the share
 * holds.
 */
const maxSavedMs = 250;

/** Tolerance for a share times the number of processors: 0.28 × 25 comes out a little above 7. */
const roundingError = 1e-9;

/** Upper limit of one rest; the remainder is added to the rest after the next step. */
const maxRestMs = 10_000;

/**
 * Throttles a worker to its share of the machine by resting between steps. Compares the processor time of all threads
 * with the elapsed time; on a graphics card the time spent in steps counts instead.
 */
export class Pacer {
  readonly #options: PacerOptions;
  #pace: Pace | null = null;
  /** When the counters below were last updated. */
  #at = 0;
  #processorMs = 0;
  /** Processor and graphics time in milliseconds that may be used before a rest is due; negative when one is. */
  #processorLeft = 0;
  #gpuLeft = 0;
  #rest: { readonly timer: Timer; readonly end: () => void } | null = null;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** Upper limit on threads of a step under the pace; `planned` is the limit set when the model was loaded. */
  threads(planned: number): number {
    if (this.#pace === null) return planned;
    const { processorShare, processors, threads } = this.#pace;
    // More threads than the share covers would only make the rests longer.
    const covered = Math.ceil(processorShare * processors - roundingError);
    return Math.max(1, Math.min(planned, threads ?? planned, covered));
  }

  set(pace: Pace): void {
    this.#pace = pace;
    this.#at = this.#options.clock.monotonic();
    this.#processorMs = this.#options.processorMs();
    this.#processorLeft = 0;
    this.#gpuLeft = 0;
    this.wake();
  }

  /** Records a step. Returns a rest that ends by itself or by `wake`; undefined when none is due. */
  afterStep(stepMs: number, onGpu: boolean): Promise<void> | undefined {
    if (this.#pace === null) return undefined;
    const ms = Math.min(maxRestMs, this.#restDueMs(this.#pace, stepMs, onGpu));
    if (ms <= 0) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#rest = { timer: this.#options.clock.setTimer(ms, () => this.wake()), end: resolve };
    return promise;
  }

  /** Ends the present rest early. The time not rested stays due. */
  wake(): void {
    this.#rest?.timer.cancel();
    this.#rest?.end();
    this.#rest = null;
  }

  /** Updates the counters; returns the rest that is due, in milliseconds. */
  #restDueMs(pace: Pace, stepMs: number, onGpu: boolean): number {
    const { clock, processorMs } = this.#options;
    const now = clock.monotonic();
    const used = processorMs();
    const perMs = pace.processorShare * pace.processors;
    const passed = now - this.#at;
    this.#processorLeft = settle(this.#processorLeft, passed * perMs, used - this.#processorMs, maxSavedMs * perMs);
    this.#gpuLeft = settle(this.#gpuLeft, passed * pace.gpuShare, onGpu ? stepMs : 0, maxSavedMs * pace.gpuShare);
    this.#at = now;
    this.#processorMs = used;
    const forProcessor = pace.processorShare >= 1 ? 0 : -this.#processorLeft / perMs;
    const forGpu = pace.gpuShare >= 1 ? 0 : -this.#gpuLeft / pace.gpuShare;
    return Math.max(0, forProcessor, forGpu);
  }
}

/** The new balance: saved time is capped before the used time is deducted. */
function settle(left: number, earned: number, used: number, maxSaved: number): number {
  return Math.min(maxSaved, left + earned) - used;
}
