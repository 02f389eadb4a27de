import type { Clock, Timer } from '#shared/util/clock.ts';
import type { SetPace } from '#shared/worker/EngineToWorker.ts';

export interface PacerOptions {
  readonly clock: Clock;
  /** Processor time of this process so far, in milliseconds. */
  readonly processorMs: () => number;
}

/** Unused time counts for so long: a short prompt is read at once, and over a minute the share still holds. */
const savedMs = 250;

/** Of a share times the number of processors: 0.28 × 25 comes out a little above 7. */
const roundingError = 1e-9;

/** No single rest is longer; what is left of it is made up after the next step. */
const longestRestMs = 10_000;

/**
 * Keeps a worker to its share by resting between steps. It measures instead of guessing: processor time of all threads
 * against the time that passed, and for graphics cards the time spent in steps.
 */
export class Pacer {
  readonly #options: PacerOptions;
  #pace: Omit<SetPace, 'type'> | null = null;
  #at = 0;
  #processorMs = 0;
  /** Processor time, and time on the card, that may be used before it must rest; negative when it must. */
  #processorLeft = 0;
  #gpuLeft = 0;
  #rest: { readonly timer: Timer; readonly end: () => void } | null = null;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** Most threads of a step under the pace, given what was planned at the load. */
  threads(planned: number): number {
    if (this.#pace === null) return planned;
    const { processorShare, processors, threads } = this.#pace;
    // More threads than the share has room for would only take turns with resting.
    const room = Math.ceil(processorShare * processors - roundingError);
    return Math.max(1, Math.min(planned, threads ?? planned, room));
  }

  set(pace: Omit<SetPace, 'type'>): void {
    this.#pace = pace;
    this.#at = this.#options.clock.monotonic();
    this.#processorMs = this.#options.processorMs();
    this.#processorLeft = 0;
    this.#gpuLeft = 0;
    this.wake();
  }

  /** After a step: a rest that ends by itself or by `wake`, or nothing when none is needed. */
  afterStep(stepMs: number, onGpu: boolean): Promise<void> | undefined {
    if (this.#pace === null) return undefined;
    const ms = Math.min(longestRestMs, this.#owed(this.#pace, stepMs, onGpu));
    if (ms <= 0) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#rest = { timer: this.#options.clock.setTimer(ms, () => this.wake()), end: resolve };
    return promise;
  }

  /** Ends the rest that is under way: somebody waits for the next step. What is owed stays owed. */
  wake(): void {
    this.#rest?.timer.cancel();
    this.#rest?.end();
    this.#rest = null;
  }

  /** Milliseconds to rest. */
  #owed(pace: Omit<SetPace, 'type'>, stepMs: number, onGpu: boolean): number {
    const { clock, processorMs } = this.#options;
    const now = clock.monotonic();
    const used = processorMs();
    const perMs = pace.processorShare * pace.processors;
    const passed = now - this.#at;
    this.#processorLeft = settle(this.#processorLeft, passed * perMs, used - this.#processorMs, savedMs * perMs);
    this.#gpuLeft = settle(this.#gpuLeft, passed * pace.gpuShare, onGpu ? stepMs : 0, savedMs * pace.gpuShare);
    this.#at = now;
    this.#processorMs = used;
    const forProcessor = pace.processorShare >= 1 ? 0 : -this.#processorLeft / perMs;
    const forGpu = pace.gpuShare >= 1 ? 0 : -this.#gpuLeft / pace.gpuShare;
    return Math.max(0, forProcessor, forGpu);
  }
}

function settle(left: number, earned: number, used: number, mostLeft: number): number {
  return Math.min(mostLeft, left + earned) - used;
}
