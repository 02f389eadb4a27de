import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { SetPace, StopReason } from '#shared/worker/EngineToWorker.ts';
import type { LoadFailureCode, ModelLoaded } from '#shared/worker/WorkerToEngine.ts';
import type { GenerateEnd } from '#engine/ports/Generation.ts';
import type { LoadedModel, ModelRefusal, RefusalCode } from '#engine/ports/LoadedModel.ts';
import type { ServingState } from '#engine/ports/ModelCapacity.ts';
import type { Job } from '#engine/inference/pool/Job.ts';
import type { LoadPlan } from '#engine/inference/pool/planLoad.ts';
import { afterCrash, recentCrashes, restartPolicy } from './restartPolicy.ts';
import type { WorkerLauncher } from '#engine/ports/WorkerLauncher.ts';
import { WorkerSession } from './WorkerSession.ts';

export interface ModelWorkerOptions {
  readonly model: InstalledModel;
  readonly plan: LoadPlan;
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How fast runs may go now; null: without limit. */
  readonly pace: () => Omit<SetPace, 'type'> | null;
  /** Something that `capacity()` tells has changed. */
  readonly onChange: () => void;
}

/** Runs that may wait for a slot of one model. */
const longestQueue = 64;

/** A run must have this many tokens to say something about speed. */
const tokensToMeasure = 8;

/** Keeps one model served: starts its worker, queues runs for its slots, restarts it, and gives up in the end. */
export class ModelWorker {
  readonly #options: ModelWorkerOptions;
  readonly #waiting: Job[] = [];
  readonly #running = new Map<string, Job>();
  readonly #ready: ((outcome: LoadedModel | ModelRefusal) => void)[] = [];
  #session: WorkerSession | null = null;
  #loaded: LoadedModel | null = null;
  #refusal: ModelRefusal | null = null;
  /** `unloaded` until it is asked for the first time. */
  #state: ServingState = 'unloaded';
  #crashes: number[] = [];
  #timer: Timer | null = null;
  #tokensPerSecond: number | null = null;
  #gone: (() => void) | null = null;

  constructor(options: ModelWorkerOptions) {
    this.#options = options;
  }

  get plan(): LoadPlan {
    return this.#options.plan;
  }

  get state(): ServingState {
    return this.#state;
  }

  get refusal(): RefusalCode | null {
    return this.#refusal?.code ?? null;
  }

  get reason(): string {
    return this.#refusal?.message ?? '';
  }

  get busy(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get slots(): number {
    return this.#loaded?.slots ?? this.#options.plan.sequences;
  }

  get contextSize(): number {
    return this.#loaded?.contextSize ?? this.#options.plan.contextSize;
  }

  /** In memory, and nobody uses it. */
  get isIdle(): boolean {
    return this.#state === 'ready' && this.#running.size + this.#waiting.length === 0;
  }

  /** The most that its process held, once it has worked; null before. */
  get peakBytes(): number | null {
    return this.#tokensPerSecond === null ? null : (this.#session?.peakBytes ?? null);
  }

  get tokensPerSecond(): number | null {
    return this.#tokensPerSecond;
  }

  /** Process id of the worker that runs now. */
  get pid(): number | null {
    return this.#session?.pid ?? null;
  }

  /** Resolves when the model is in memory, or can not be. */
  whenLoaded(): Promise<LoadedModel | ModelRefusal> {
    if (this.#loaded !== null && this.#state === 'ready') return Promise.resolve(this.#loaded);
    if (this.#refusal !== null) return Promise.resolve(this.#refusal);
    const { promise, resolve } = Promise.withResolvers<LoadedModel | ModelRefusal>();
    this.#ready.push(resolve);
    if (this.#state === 'unloaded') this.#start();
    return promise;
  }

  /** Takes a run into the queue; its end is told by the job itself. */
  add(job: Job): void {
    if (this.#refusal !== null) return failRefused(job, this.#refusal);
    if (this.#waiting.length >= longestQueue) return job.fail('queue_full', 'Too many tasks wait for this model.');
    this.#waiting.push(job);
    if (this.#state === 'unloaded') this.#start();
    this.#pump();
    this.#options.onChange();
  }

  stop(job: Job, reason: StopReason): void {
    if (job.stopReason !== null) return;
    job.stopReason = reason;
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      job.finishUnstarted(reason);
      this.#options.onChange();
    } else this.#session?.stop(job.runId, reason);
  }

  stopAll(reason: StopReason): void {
    for (const job of [...this.#waiting, ...this.#running.values()]) this.stop(job, reason);
  }

  /** The pace changed: also what runs now keeps to it. */
  applyPace(): void {
    const pace = this.#options.pace();
    if (pace !== null) this.#session?.setPace(pace);
  }

  /** Ends the worker for good; everything under way fails as disposed. */
  async dispose(): Promise<void> {
    if (this.#refusal?.code !== 'disposed') this.#refuse('disposed', 'The engine is stopping.', 'refused');
    const session = this.#session;
    if (session === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gone = resolve;
    session.kill('The engine is stopping.');
    await promise;
  }

  #start(): void {
    const { model, plan, launcher, clock } = this.#options;
    this.#state = 'loading';
    this.#timer?.cancel();
    this.#timer = null;
    const { contextSize, sequences, decodeThreads, prefillThreads, gpuLayers } = plan;
    const request = {
      type: 'load' as const,
      modelPath: model.path,
      digest: model.digest,
      contextSize,
      sequences,
      decodeThreads,
      prefillThreads,
      gpuLayers,
    };
    this.#session = new WorkerSession(
      { launcher, clock, request, memoryBytes: plan.memoryBytes },
      {
        onLoaded: (loaded) => this.#onLoaded(loaded),
        onRefused: (code, message) => this.#onRefused(code, message),
        onGone: (reason) => this.#onGone(reason),
      },
    );
    this.applyPace();
    this.#options.onChange();
  }

  #onLoaded(message: ModelLoaded): void {
    const { vocabSize, eogIds, contextSize, sequences, hasChatTemplate, environment, memory } = message;
    const { digest } = this.#options.model;
    const facts = { vocabSize, eogIds, contextSize, hasChatTemplate, environment, memory };
    this.#loaded = { kind: 'loaded', digest, slots: sequences, ...facts };
    this.#state = 'ready';
    this.#options.logger.info('A model is ready.', {
      digest,
      sequences,
      contextSize,
      residentBytes: memory.residentBytes,
    });
    this.#answer(this.#loaded);
    this.#pump();
    this.#options.onChange();
  }

  #onRefused(code: LoadFailureCode, message: string): void {
    this.#refuse(code, message, 'refused');
    this.#session?.unload();
  }

  /** Nothing can be served from now on: whoever waits is told. */
  #refuse(code: RefusalCode, message: string, state: 'refused' | 'gave_up'): void {
    const { digest } = this.#options.model;
    const refusal: ModelRefusal = { kind: 'refused', digest, code, message };
    this.#refusal = refusal;
    this.#state = state;
    this.#timer?.cancel();
    // Unloading on the way down is no fault.
    if (code !== 'disposed') this.#options.logger.warn('A model cannot be served.', { digest, code, reason: message });
    this.#answer(refusal);
    for (const job of this.#waiting.splice(0)) failRefused(job, refusal);
    this.#options.onChange();
  }

  #onGone(reason: string): void {
    this.#session = null;
    this.#loaded = null;
    for (const job of this.#running.values())
      job.fail(this.#refusal === null ? 'worker_died' : failureOf(this.#refusal.code), reason);
    this.#running.clear();
    this.#gone?.();
    if (this.#refusal === null) this.#afterGone(reason);
    this.#options.onChange();
  }

  #afterGone(reason: string): void {
    const { clock, random, logger, model } = this.#options;
    this.#crashes = [...recentCrashes(this.#crashes, clock.monotonic()), clock.monotonic()];
    logger.warn('A worker ended unexpectedly.', { digest: model.digest, reason, crashes: this.#crashes.length });
    if (afterCrash(this.#crashes) === 'give_up') {
      return this.#refuse(
        'gave_up',
        `Its worker ended ${this.#crashes.length} times. The last time: ${reason}`,
        'gave_up',
      );
    }
    this.#state = 'loading';
    const delay = backoffDelay(restartPolicy.backoff, this.#crashes.length - 1, random);
    this.#timer = clock.setTimer(delay, () => this.#start());
  }

  #answer(outcome: LoadedModel | ModelRefusal): void {
    for (const resolve of this.#ready.splice(0)) resolve(outcome);
  }

  #pump(): void {
    while (this.#state === 'ready' && this.#running.size < this.slots) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.set(job.runId, job);
      const { prompt, sampler, seed } = job.request;
      this.#session?.generate(
        { runId: job.runId, prompt, sampler, seed },
        {
          onStarted: job.hooks.onStarted,
          onTokens: (from, ids, text) => job.deliver(from, ids, text),
          onOver: (over) => {
            this.#running.delete(job.runId);
            if (over.type === 'failed') {
              job.fail(
                over.code === 'busy' || over.code === 'not_loaded' ? 'run_failed' : over.code,
                over.message,
                over.promptTokens,
              );
            } else {
              this.#measure(over.count, over.timings.decodeMs);
              const { finish, count, afterStop, timings } = over;
              job.finish({ kind: 'ended', finish, count, afterStop, timings });
            }
            this.#pump();
            this.#options.onChange();
          },
        },
      );
    }
  }

  #measure(count: number, decodeMs: number): void {
    if (count < tokensToMeasure || decodeMs <= 0) return;
    const now = ((count - 1) / decodeMs) * 1000;
    this.#tokensPerSecond = this.#tokensPerSecond === null ? now : this.#tokensPerSecond * 0.7 + now * 0.3;
  }
}

function failRefused(job: Job, refusal: ModelRefusal): void {
  job.fail(failureOf(refusal.code), refusal.message);
}

function failureOf(code: RefusalCode): Extract<GenerateEnd, { kind: 'failed' }>['code'] {
  if (code === 'gave_up' || code === 'disposed' || code === 'out_of_memory') return code;
  return 'model_refused';
}
