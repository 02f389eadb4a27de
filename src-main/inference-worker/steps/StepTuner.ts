import type { Clock } from '#shared/util/clock.ts';
import type { LoadModel } from '#shared/worker/EngineToWorker.ts';
import { threadCandidates } from '#shared/worker/threadCandidates.ts';
import type { ModelHost } from '#main/inference-worker/model/ModelHost.ts';
import { Pacer, type Pace } from './Pacer.ts';
import { minMeasuredTokens, ReadPace } from './ReadPace.ts';
import type { Stepper } from './StepLoop.ts';
import { ThreadGovernor } from './ThreadGovernor.ts';

export interface StepTunerOptions {
  readonly clock: Clock;
  /** Processor time of this process so far, in milliseconds. */
  readonly processorMs: () => number;
}

type ThreadLimits = Pick<LoadModel, 'decodeThreads' | 'prefillThreads'>;

/**
 * Chooses the threads of each step and how many prompt tokens it reads, from the duration of earlier steps, and rests
 * between steps to keep to the pace.
 */
export class StepTuner {
  readonly #clock: Clock;
  readonly #readPace = new ReadPace();
  readonly #pacer: Pacer;
  #host: ModelHost | null = null;
  #limits: ThreadLimits = { decodeThreads: 1, prefillThreads: 1 };
  #decodeThreads = new ThreadGovernor([1]);
  #readThreads = new ThreadGovernor([1]);
  /** Thread limits under the pace for which the governors were made. */
  #governed = '';
  #promptPiece = 1;

  constructor(options: StepTunerOptions) {
    this.#clock = options.clock;
    this.#pacer = new Pacer(options);
  }

  /** Prompt tokens that each run reads in the present step. */
  get promptPiece(): number {
    return this.#promptPiece;
  }

  /** A model was loaded, with these upper limits on threads. */
  attach(host: ModelHost, limits: ThreadLimits): void {
    this.#host = host;
    this.#limits = limits;
    this.#resetGovernors();
  }

  setPace(pace: Pace): void {
    this.#pacer.set(pace);
    if (this.#host !== null) this.#resetGovernors();
  }

  /** Ends the present rest, because a run waits for the next step. */
  wake(): void {
    this.#pacer.wake();
  }

  /** Prepares a step of the given runs. Call the result after the step; it may ask for a rest before the next one. */
  beforeStep(active: readonly Stepper[]): () => Promise<void> | undefined {
    const readers = active.filter((stepper) => stepper.unread > 0);
    return readers.length === 0 ? this.#beforeDecode(active.length) : this.#beforeRead(readers, active.length);
  }

  #beforeDecode(streams: number) {
    const threads = this.#decodeThreads.next(streams);
    this.#host?.useThreads(threads);
    const elapsedMs = this.#startTimer();
    return () => {
      const ms = elapsedMs();
      this.#decodeThreads.record(streams, threads, ms);
      return this.#rest(ms);
    };
  }

  #beforeRead(readers: readonly Stepper[], streams: number) {
    const threads = this.#readThreads.next(1);
    this.#host?.useThreads(threads);
    const piece = this.#readPace.next(readers.length, streams);
    this.#promptPiece = piece;
    const tokens = readers.reduce((sum, { unread }) => sum + Math.min(unread, piece), 0);
    const elapsedMs = this.#startTimer();
    return () => {
      const ms = elapsedMs();
      this.#readPace.record(tokens, ms);
      if (tokens >= minMeasuredTokens) this.#readThreads.record(1, threads, ms / tokens);
      return this.#rest(ms);
    };
  }

  #startTimer(): () => number {
    const start = this.#clock.monotonic();
    return () => this.#clock.monotonic() - start;
  }

  #rest(stepMs: number): Promise<void> | undefined {
    return this.#pacer.afterStep(stepMs, (this.#host?.gpuBytes ?? 0) > 0);
  }

  /** Restarts measuring thread counts when the pace allows other counts than before. */
  #resetGovernors(): void {
    const decode = this.#pacer.threads(this.#limits.decodeThreads);
    const prefill = this.#pacer.threads(this.#limits.prefillThreads);
    if (`${decode} ${prefill}` === this.#governed) return;
    this.#governed = `${decode} ${prefill}`;
    this.#decodeThreads = new ThreadGovernor(threadCandidates(decode));
    // Reading scales better with threads: the highest count is tried first and kept unless another is clearly faster.
    this.#readThreads = new ThreadGovernor(threadCandidates(prefill).toReversed());
  }
}
