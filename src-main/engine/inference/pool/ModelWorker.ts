import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { StopReason } from '#shared/worker/EngineToWorker.ts';
import type { LoadFailureCode, ModelLoaded } from '#shared/worker/WorkerToEngine.ts';
import type { GenerateFailureCode } from '#engine/ports/inference/Generation.ts';
import type { LoadedModel, ModelRefusal, RefusalCode } from '#engine/ports/inference/LoadedModel.ts';
import type { ServingState } from '#engine/ports/inference/ModelCapacity.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import { type WorkerPace, WorkerSession } from '#engine/inference/process/WorkerSession.ts';
import type { Job } from './Job.ts';
import type { LoadPlan } from './planLoad.ts';
import { afterCrash, recentCrashes, restartPolicy } from './restartPolicy.ts';
import { RunQueue } from './RunQueue.ts';

export interface ModelWorkerOptions {
  readonly model: InstalledModel;
  readonly plan: LoadPlan;
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The pace at present; null: without limit. */
  readonly pace: () => WorkerPace | null;
  /** Called after each change of state, slots or counts. */
  readonly onChange: () => void;
}

/** Keeps one model served: starts its worker, restarts it after a crash, and gives up after too many crashes. */
export class ModelWorker {
  readonly #options: ModelWorkerOptions;
  readonly #runs: RunQueue;
  readonly #loadWaiters: ((outcome: LoadedModel | ModelRefusal) => void)[] = [];
  #session: WorkerSession | null = null;
  #loaded: LoadedModel | null = null;
  #refusal: ModelRefusal | null = null;
  /** `unloaded` until it is first asked for. */
  #state: ServingState = 'unloaded';
  #crashes: number[] = [];
  #restartTimer: Timer | null = null;
  #onSessionExit: (() => void) | null = null;

  constructor(options: ModelWorkerOptions) {
    this.#options = options;
    this.#runs = new RunQueue(options.onChange);
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

  /** Why the model is not served, in a sentence; empty while it is. */
  get reason(): string {
    return this.#refusal?.message ?? '';
  }

  get busy(): number {
    return this.#runs.running;
  }

  get waiting(): number {
    return this.#runs.waiting;
  }

  get slots(): number {
    return this.#loaded?.slots ?? this.#options.plan.sequences;
  }

  get contextSize(): number {
    return this.#loaded?.contextSize ?? this.#options.plan.contextSize;
  }

  /** Whether the model is in memory without running or waiting jobs. */
  get isIdle(): boolean {
    return this.#state === 'ready' && this.busy + this.waiting === 0;
  }

  /** Peak memory of the process in bytes; null before it has completed a measurable run. */
  get peakBytes(): number | null {
    return this.tokensPerSecond === null ? null : (this.#session?.peakBytes ?? null);
  }

  get tokensPerSecond(): number | null {
    return this.#runs.tokensPerSecond;
  }

  /** Process id of the worker that runs now; null when none does. */
  get pid(): number | null {
    return this.#session?.pid ?? null;
  }

  /** Loads the model if needed; resolves when it is in memory or has been refused. */
  whenLoaded(): Promise<LoadedModel | ModelRefusal> {
    if (this.#loaded !== null && this.#state === 'ready') return Promise.resolve(this.#loaded);
    if (this.#refusal !== null) return Promise.resolve(this.#refusal);
    const { promise, resolve } = Promise.withResolvers<LoadedModel | ModelRefusal>();
    this.#loadWaiters.push(resolve);
    if (this.#state === 'unloaded') this.#start();
    return promise;
  }

  /** Queues a job, loading the model if needed. The job itself reports how it ends. */
  add(job: Job): void {
    if (this.#refusal !== null) return job.fail(failureOf(this.#refusal.code), this.#refusal.message);
    if (this.#state === 'unloaded') this.#start();
    this.#runs.add(job);
  }

  /** Ends a job: a waiting one at once, a running one at its next token. */
  stop(job: Job, reason: StopReason): void {
    this.#runs.stop(job, reason);
  }

  stopAll(reason: StopReason): void {
    this.#runs.stopAll(reason);
  }

  /** Sends the present pace to the worker; it applies to running jobs too. */
  applyPace(): void {
    const pace = this.#options.pace();
    if (pace !== null) this.#session?.setPace(pace);
  }

  /** Ends the worker for good and waits for its exit; all its jobs fail as disposed. */
  async dispose(): Promise<void> {
    if (this.#refusal?.code !== 'disposed') this.#refuse('disposed', 'The engine is stopping.', 'refused');
    const session = this.#session;
    if (session === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onSessionExit = resolve;
    session.kill('The engine is stopping.');
    await promise;
  }

  #start(): void {
    const { model, plan, launcher, clock } = this.#options;
    this.#state = 'loading';
    this.#restartTimer?.cancel();
    this.#restartTimer = null;
    const { contextSize, sequences, decodeThreads, prefillThreads, gpuLayers, memoryBytes } = plan;
    const settings = { contextSize, sequences, decodeThreads, prefillThreads, gpuLayers };
    const request = { type: 'load' as const, modelPath: model.path, digest: model.digest, ...settings };
    this.#session = new WorkerSession(
      { launcher, clock, request, memoryBytes },
      {
        onLoaded: (loaded) => this.#onLoaded(loaded),
        onRefused: (code, message) => this.#onRefused(code, message),
        onExit: (reason) => this.#onExit(reason),
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
    const { residentBytes } = memory;
    this.#options.logger.info('A model is ready.', { digest, sequences, contextSize, residentBytes });
    this.#settleLoad(this.#loaded);
    if (this.#session !== null) this.#runs.open(this.#session, sequences);
    this.#options.onChange();
  }

  #onRefused(code: LoadFailureCode, message: string): void {
    this.#refuse(code, message, 'refused');
    this.#session?.unload();
  }

  /** Stops serving for good: fails everything that waits. */
  #refuse(code: RefusalCode, message: string, state: 'refused' | 'gave_up'): void {
    const { digest } = this.#options.model;
    this.#refusal = { kind: 'refused', digest, code, message };
    this.#state = state;
    this.#restartTimer?.cancel();
    // A disposal is intended and no reason to warn.
    if (code !== 'disposed') this.#options.logger.warn('A model cannot be served.', { digest, code, reason: message });
    this.#settleLoad(this.#refusal);
    this.#runs.failWaiting(failureOf(code), message);
    this.#options.onChange();
  }

  #onExit(reason: string): void {
    this.#session = null;
    this.#loaded = null;
    this.#runs.close(this.#refusal === null ? 'worker_died' : failureOf(this.#refusal.code), reason);
    this.#onSessionExit?.();
    if (this.#refusal === null) this.#afterCrash(reason);
    this.#options.onChange();
  }

  #afterCrash(reason: string): void {
    const { clock, random, logger, model } = this.#options;
    const now = clock.monotonic();
    this.#crashes = [...recentCrashes(this.#crashes, now), now];
    const count = this.#crashes.length;
    logger.warn('A worker exited unexpectedly.', { digest: model.digest, reason, crashes: count });
    if (afterCrash(this.#crashes) === 'give_up') {
      return this.#refuse('gave_up', `Its worker crashed ${count} times. Last crash: ${reason}`, 'gave_up');
    }
    this.#state = 'loading';
    this.#restartTimer = clock.setTimer(backoffDelay(restartPolicy.backoff, count - 1, random), () => this.#start());
  }

  #settleLoad(outcome: LoadedModel | ModelRefusal): void {
    for (const resolve of this.#loadWaiters.splice(0)) resolve(outcome);
  }
}

function failureOf(code: RefusalCode): GenerateFailureCode {
  if (code === 'gave_up' || code === 'disposed' || code === 'out_of_memory') return code;
  return 'model_refused';
}
