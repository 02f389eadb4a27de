import type { InstalledModel } from '#shared/domain/installedModel.ts';
import type { GraphicsShare } from '#shared/domain/graphicsPlan.ts';
import type { SetPace } from '#shared/worker/EngineToWorker.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type {
  GenerateEnd,
  GenerateHooks,
  GenerateRequest,
  LoadedModel,
  MeasuredPlan,
  ModelCapacity,
  ModelRefusal,
  Pace,
} from './inferenceContract.ts';
import { Job } from './Job.ts';
import { MemoryLedger } from './MemoryLedger.ts';
import { ModelWorker } from './ModelWorker.ts';
import { planLoad, type LoadPlan, type NoFit } from './planLoad.ts';
import type { WorkerLauncher } from './WorkerLauncher.ts';

export interface InferencePoolOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Bytes that all models together may reserve. */
  readonly memoryBytes: number;
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** Processors as the system counts them; by default as many as the cores. A share is one of all of these. */
  readonly processors?: number;
  /** The card, with what was free before any model was loaded; null without one. */
  readonly graphics?: () => GraphicsShare | null;
  /** By how much estimates of a model's memory were off when it was loaded before; 1 when nothing was learnt. */
  readonly correction?: (model: InstalledModel) => number;
  /** Unloads a model after so many milliseconds without a run; by default it stays. */
  readonly idleUnloadMs?: number | null;
}

/** Front door of the room: loads models, runs generations, gives the machine back. */
export class InferencePool {
  readonly #options: InferencePoolOptions;
  readonly #memory: MemoryLedger;
  readonly #workers = new Map<string, ModelWorker>();
  readonly #listeners = new Set<() => void>();
  #runs = 0;
  #pace: Omit<SetPace, 'type'> | null = null;
  #measured: ReadonlyMap<string, MeasuredPlan> = new Map<string, MeasuredPlan>();
  #disposed = false;

  constructor(options: InferencePoolOptions) {
    this.#options = options;
    this.#memory = new MemoryLedger(options.memoryBytes);
  }

  /** Loads a model and keeps it; several calls share one load. */
  async prepare(model: InstalledModel): Promise<LoadedModel | ModelRefusal> {
    const worker = this.#workerFor(model);
    return worker instanceof ModelWorker ? worker.whenLoaded() : worker;
  }

  /** Runs one generation and resolves when it is over; expected ends, failures too, are values. */
  async generate(request: GenerateRequest, hooks: GenerateHooks): Promise<GenerateEnd> {
    this.#runs += 1;
    const job = new Job(`run-${this.#runs}`, request, hooks);
    const worker = this.#workerFor(request.model);
    if (!(worker instanceof ModelWorker)) {
      const { code, message } = worker;
      job.fail(code === 'disposed' || code === 'out_of_memory' ? code : 'model_refused', message);
      return job.end;
    }
    if (hooks.signal.aborted) {
      job.finishUnstarted('cancel');
      return job.end;
    }
    const cancel = (): void => worker.stop(job, 'cancel');
    hooks.signal.addEventListener('abort', cancel, { once: true });
    worker.add(job);
    const end = await job.end;
    hooks.signal.removeEventListener('abort', cancel);
    return end;
  }

  /** Gives the machine back: every run ends at its next token with `yielded`, those that wait at once. */
  yieldAll(): void {
    for (const worker of this.#workers.values()) worker.stopAll('yield');
  }

  /** How fast models run from now on, those that run now too. */
  setPace(pace: Pace): void {
    const { cores, processors = cores } = this.#options;
    this.#pace = { ...pace, processors };
    for (const worker of this.#workers.values()) worker.applyPace();
  }

  /** Bytes for all models together; null: what was planned for this machine. Idle models make room when it got less. */
  setMemoryLimit(bytes: number | null): void {
    const { memoryBytes } = this.#options;
    this.#memory.setBudget(bytes ?? memoryBytes);
    let unloaded = false;
    while (this.#memory.freeBytes < 0 && this.#unloadIdle()) unloaded = true;
    if (unloaded) this.#announce();
  }

  /** What the benchmark found, by digest. Models that nobody uses and that are served otherwise leave; `prepare` loads them anew. */
  setMeasured(measured: ReadonlyMap<string, MeasuredPlan>): void {
    this.#measured = measured;
    for (const [digest, worker] of this.#workers) {
      const plan = measured.get(digest);
      if (plan === undefined || worker.busy + worker.waiting > 0 || worker.state === 'loading') continue;
      const { sequences, decodeThreads, prefillThreads } = worker.plan;
      const isSame = plan.decodeThreads === decodeThreads && plan.prefillThreads === prefillThreads;
      if (!isSame || plan.slots !== sequences) this.#drop(digest, worker);
    }
    this.#announce();
  }

  /** Forgets that a model was refused or given up, so that the next `prepare` tries again. */
  async forget(digest: string): Promise<void> {
    const worker = this.#workers.get(digest);
    if (worker === undefined) return;
    this.#workers.delete(digest);
    await worker.dispose();
    this.#memory.release(digest);
    this.#announce();
  }

  /** What every model that was asked for can take on. */
  capacity(): readonly ModelCapacity[] {
    return [...this.#workers].map(([digest, worker]) => ({
      digest,
      state: worker.state,
      ...(worker.refusal === null ? {} : { refusal: worker.refusal }),
      reason: worker.reason,
      slots: worker.slots,
      busy: worker.busy,
      waiting: worker.waiting,
      tokensPerSecond: worker.tokensPerSecond ?? this.#measured.get(digest)?.tokensPerSecond ?? null,
      reservedBytes: this.#memory.reservedBy(digest),
      peakBytes: worker.peakBytes,
    }));
  }

  /** Process ids of the workers that run now. */
  workerPids(): readonly number[] {
    return [...this.#workers.values()].flatMap((worker) => worker.pid ?? []);
  }

  /** Calls the listener after each change of `capacity()`; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends all workers and waits until their processes are gone. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#workers.values()].map((worker) => worker.dispose()));
  }

  #workerFor(model: InstalledModel): ModelWorker | ModelRefusal {
    const known = this.#workers.get(model.digest);
    if (known !== undefined) return known;
    const { digest } = model;
    if (this.#disposed) return { kind: 'refused', digest, code: 'disposed', message: 'The engine is stopping.' };
    const plan = this.#makeRoom(model);
    if (plan.kind === 'no_fit') {
      const message = `It needs ${inMebibytes(plan.needBytes)}, and ${inMebibytes(this.#memory.freeBytes)} are free for it.`;
      return { kind: 'refused', digest, code: 'out_of_memory', message };
    }
    this.#memory.reserve(digest, plan.memoryBytes);
    const { launcher, clock, random, logger, idleUnloadMs = null } = this.#options;
    const onChange = (): void => this.#onWorkerChange(digest);
    const worker = new ModelWorker({
      model,
      plan,
      launcher,
      clock,
      random,
      logger,
      idleUnloadMs,
      pace: () => this.#pace,
      onChange,
    });
    this.#workers.set(digest, worker);
    return worker;
  }

  /** Plans the load, unloading idle models when it does not fit beside them. */
  #makeRoom(model: InstalledModel): LoadPlan | NoFit {
    const { cores, correction } = this.#options;
    const share = {
      cores,
      graphics: this.#freeGraphics(),
      memoryBytes: this.#memory.freeBytes,
      factor: correction?.(model) ?? 1,
    };
    const plan = planLoad(model, share, this.#measured.get(model.digest));
    if (plan.kind === 'plan') return plan;
    return this.#unloadIdle() ? this.#makeRoom(model) : plan;
  }

  /** The card without what models that are here take of it. */
  #freeGraphics(): GraphicsShare | null {
    const card = this.#options.graphics?.() ?? null;
    if (card === null) return null;
    const taken = [...this.#workers.values()].reduce((sum, { plan }) => sum + plan.graphicsBytes, 0);
    return { ...card, freeBytes: Math.max(0, card.freeBytes - taken) };
  }

  /** Unloads one model that nobody uses; false when there is none. */
  #unloadIdle(): boolean {
    const idle = [...this.#workers].find(
      ([, worker]) => worker.busy + worker.waiting === 0 && worker.state !== 'loading',
    );
    if (idle === undefined) return false;
    this.#drop(...idle);
    return true;
  }

  #drop(digest: string, worker: ModelWorker): void {
    this.#workers.delete(digest);
    this.#memory.release(digest);
    void worker.dispose();
  }

  #onWorkerChange(digest: string): void {
    const state = this.#workers.get(digest)?.state;
    if (state === 'refused' || state === 'gave_up') this.#memory.release(digest);
    this.#announce();
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / (1 << 20))} MiB`;
}
