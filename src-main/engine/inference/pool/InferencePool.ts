import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { SetPace } from '#shared/worker/EngineToWorker.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { IdleTimers } from './IdleTimers.ts';
import type { GenerateEnd, GenerateHooks, GenerateRequest } from '#engine/ports/Generation.ts';
import type { LoadedModel, ModelRefusal, PrepareOptions } from '#engine/ports/LoadedModel.ts';
import type { MeasuredPlan } from '#engine/ports/MeasuredPlan.ts';
import type { LoadOutlook, ModelCapacity } from '#engine/ports/ModelCapacity.ts';
import type { Pace } from '#engine/ports/Pace.ts';
import { Job } from './Job.ts';
import { capacityOf, expectedLoadMs, type KnownModel, newlyKnown } from './KnownModel.ts';
import { type Loaded, LoadPlanner, type LoadPlannerOptions } from './LoadPlanner.ts';
import { ModelWorker } from '#engine/inference/process/ModelWorker.ts';
import type { LoadPlan } from './planLoad.ts';
import { type IdleModel, leavingOrder } from './planRoom.ts';
import type { WorkerLauncher } from '#engine/ports/WorkerLauncher.ts';

export interface InferencePoolOptions extends LoadPlannerOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Processors as the system counts them; by default as many as the cores. A share is one of all of these. */
  readonly processors?: number;
}

/** Front door of the room: loads models, makes room for them, runs generations, gives the machine back. */
export class InferencePool {
  readonly #options: InferencePoolOptions;
  readonly #planner: LoadPlanner;
  readonly #known = new Map<string, KnownModel>();
  readonly #workers = new Map<string, ModelWorker>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #idle: IdleTimers;
  readonly #listeners = new Set<() => void>();
  #runs = 0;
  #pace: Omit<SetPace, 'type'> | null = null;
  #demand: (model: InstalledModel) => number = () => 0;
  #disposed = false;

  constructor(options: InferencePoolOptions) {
    this.#options = options;
    this.#planner = new LoadPlanner(options, () => this.#loaded());
    this.#idle = new IdleTimers(options.clock, (digest) => this.#unload([digest]));
  }

  /** The models that may be asked for; `capacity()` tells of each, in memory or not. Nothing is loaded. */
  know(models: readonly InstalledModel[]): void {
    const digests = new Set(models.map(({ digest }) => digest));
    for (const digest of this.#known.keys()) {
      if (!digests.has(digest) && !this.#workers.has(digest)) this.#known.delete(digest);
    }
    for (const model of models) this.#knownOf(model);
    this.#announce();
  }

  /** How much the swarm asks for each model: what is wanted least makes room first. */
  setDemand(demand: (model: InstalledModel) => number): void {
    this.#demand = demand;
  }

  /** Loads a model and keeps it; several calls share one load. */
  async prepare(model: InstalledModel, { displace = true }: PrepareOptions = {}): Promise<LoadedModel | ModelRefusal> {
    const worker = this.#workerFor(model, displace);
    return worker instanceof ModelWorker ? worker.whenLoaded() : worker;
  }

  /** Runs one generation and resolves when it is over; expected ends, failures too, are values. */
  async generate(request: GenerateRequest, hooks: GenerateHooks): Promise<GenerateEnd> {
    this.#runs += 1;
    const job = new Job(`run-${this.#runs}`, request, hooks);
    if (hooks.signal.aborted) {
      job.finishUnstarted('cancel');
      return job.end;
    }
    const worker = this.#workerFor(request.model, true);
    if (!(worker instanceof ModelWorker)) {
      const { code, message } = worker;
      job.fail(code === 'disposed' || code === 'out_of_memory' ? code : 'model_refused', message);
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

  /** The owner's limit for all models together; null: none. Idle models leave when it got less, the others when they are done. */
  setMemoryLimit(bytes: number | null): void {
    this.#planner.limit(bytes);
    this.#shed();
    this.#announce();
  }

  /** How long idle models stay in memory from now on, in milliseconds; null: for ever. */
  setKeepAlive(milliseconds: number | null): void {
    this.#idle.keepFor(
      milliseconds,
      this.#idleModels().map(({ digest }) => digest),
    );
  }

  /** What the benchmark found, by digest. Idle models that are served otherwise leave; `prepare` loads them anew. */
  setMeasured(measured: ReadonlyMap<string, MeasuredPlan>): void {
    this.#planner.measured = measured;
    for (const [digest, worker] of this.#workers) {
      const plan = measured.get(digest);
      if (plan === undefined || worker.busy + worker.waiting > 0 || worker.state === 'loading') continue;
      const { sequences, decodeThreads, prefillThreads } = worker.plan;
      const isSame = plan.decodeThreads === decodeThreads && plan.prefillThreads === prefillThreads;
      if (isSame && plan.slots === sequences) continue;
      void this.#drop(digest, worker);
      const known = this.#known.get(digest);
      if (known !== undefined) known.tokensPerSecond = null;
    }
    this.#announce();
  }

  /** Forgets a model and that it was refused or given up, so that the next `prepare` tries again. */
  async forget(digest: string): Promise<void> {
    const worker = this.#workers.get(digest);
    this.#known.delete(digest);
    if (worker === undefined) return;
    const gone = this.#drop(digest, worker);
    this.#announce();
    await gone;
  }

  /** What every known model can take on, or could if it were loaded. */
  capacity(): readonly ModelCapacity[] {
    return [...this.#known].map(([digest, known]) => capacityOf(known, this.#workers.get(digest), this.#planner));
  }

  /** What a model that is not in memory would give if it were loaded now; null while there is no room for it. */
  outlook(model: InstalledModel): LoadOutlook | null {
    const room = this.#planner.displacing(model);
    if (room.kind === 'no_fit') return null;
    const { contextSize, sequences } = room.plan;
    const known = this.#known.get(model.digest) ?? newlyKnown(model);
    return { contextSize, slots: sequences, loadMs: expectedLoadMs(known) };
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
    this.#idle.stopAll();
    await Promise.all([...this.#leaving, ...[...this.#workers.values()].map((worker) => worker.dispose())]);
  }

  #knownOf(model: InstalledModel): KnownModel {
    const known = this.#known.get(model.digest) ?? newlyKnown(model);
    known.model = model;
    this.#known.set(model.digest, known);
    return known;
  }

  #workerFor(model: InstalledModel, displace: boolean): ModelWorker | ModelRefusal {
    const { digest } = model;
    const there = this.#workers.get(digest);
    if (there !== undefined) return there;
    if (this.#disposed) return { kind: 'refused', digest, code: 'disposed', message: 'The engine is stopping.' };
    const known = this.#knownOf(model);
    const room = displace ? this.#planner.displacing(model) : this.#planner.beside(model);
    if (room.kind === 'no_fit') {
      const message = this.#planner.wordsFor(room);
      return { kind: 'refused', digest, code: 'out_of_memory', message };
    }
    this.#unload(room.leave);
    return this.#launch(known, room.plan);
  }

  #launch(known: KnownModel, plan: LoadPlan): ModelWorker {
    const { model } = known;
    const { launcher, clock, random, logger } = this.#options;
    this.#planner.memory.reserve(model.digest, plan.memoryBytes);
    const pace = () => this.#pace;
    const onChange = (): void => this.#onWorkerChange(known, worker);
    const worker = new ModelWorker({ model, plan, launcher, clock, random, logger, pace, onChange });
    this.#workers.set(model.digest, worker);
    const from = clock.monotonic();
    known.lastUsedAt = from;
    void worker.whenLoaded().then(({ kind }) => {
      if (kind === 'loaded') known.loadMs = clock.monotonic() - from;
    });
    return worker;
  }

  #loaded(): Loaded {
    const held = [...this.#workers.values()].filter(({ state }) => state === 'ready' || state === 'loading');
    const graphicsBytes = held.reduce((sum, { plan }) => sum + plan.graphicsBytes, 0);
    return { graphicsBytes, idle: this.#idleModels() };
  }

  /** Models in memory that nobody uses. */
  #idleModels(): readonly IdleModel[] {
    return [...this.#workers].flatMap(([digest, worker]) => {
      const known = this.#known.get(digest);
      if (!worker.isIdle || known === undefined) return [];
      const { graphicsBytes } = worker.plan;
      const { model, lastUsedAt } = known;
      return {
        digest,
        memoryBytes: this.#planner.memory.reservedBy(digest),
        graphicsBytes,
        wanted: this.#demand(model),
        lastUsedAt,
      };
    });
  }

  /** Idle models leave until the others keep within what models may use. */
  #shed(): void {
    for (const { digest } of leavingOrder(this.#idleModels())) {
      if (this.#planner.memory.freeBytes >= 0) return;
      this.#unload([digest]);
    }
  }

  #unload(digests: readonly string[]): void {
    for (const digest of digests) {
      const worker = this.#workers.get(digest);
      if (worker !== undefined) void this.#drop(digest, worker);
    }
    if (digests.length > 0) this.#announce();
  }

  /** Resolves when its process is gone. */
  #drop(digest: string, worker: ModelWorker): Promise<void> {
    this.#workers.delete(digest);
    this.#planner.memory.release(digest);
    this.#idle.stop(digest);
    const gone = worker.dispose().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
    return gone;
  }

  #onWorkerChange(known: KnownModel, worker: ModelWorker): void {
    const { digest } = known.model;
    // One that left is still heard when it ends.
    if (this.#workers.get(digest) !== worker) return;
    known.tokensPerSecond = worker.tokensPerSecond ?? known.tokensPerSecond;
    if (worker.state === 'refused' || worker.state === 'gave_up') this.#planner.memory.release(digest);
    if (worker.busy > 0) known.lastUsedAt = this.#options.clock.monotonic();
    if (worker.isIdle) this.#idle.start(digest);
    else this.#idle.stop(digest);
    if (this.#planner.memory.freeBytes < 0) this.#shed();
    this.#announce();
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
