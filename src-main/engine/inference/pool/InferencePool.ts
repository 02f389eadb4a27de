import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { GenerateEnd, GenerateHooks, GenerateRequest } from '#engine/ports/inference/Generation.ts';
import type { LoadedModel, ModelRefusal, PrepareOptions } from '#engine/ports/inference/LoadedModel.ts';
import type { MeasuredPlan } from '#engine/ports/inference/MeasuredPlan.ts';
import type { LoadOutlook, ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';
import type { Pace } from '#engine/ports/inference/Pace.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import type { WorkerPace } from '#engine/inference/process/WorkerSession.ts';
import { Job } from './Job.ts';
import { expectedLoadMs, type KnownModel, newKnownModel } from './KnownModel.ts';
import { LoadPlanner, type LoadPlannerOptions } from './LoadPlanner.ts';
import { MemoryLedger } from './MemoryLedger.ts';
import { ModelWorker } from './ModelWorker.ts';
import { ResidentModels } from './ResidentModels.ts';

export interface InferencePoolOptions extends LoadPlannerOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Logical processors, of all of which a pace is a share; by default as many as `cores`. */
  readonly processors?: number;
}

/** Front door of the room: loads models, evicts idle ones for others, runs generations, and gives the machine back. */
export class InferencePool {
  readonly #options: InferencePoolOptions;
  readonly #memory: MemoryLedger;
  readonly #residents: ResidentModels;
  readonly #planner: LoadPlanner;
  readonly #known = new Map<string, KnownModel>();
  readonly #listeners = new Set<() => void>();
  #runs = 0;
  #pace: WorkerPace | null = null;
  #disposed = false;

  constructor(options: InferencePoolOptions) {
    const { launcher, clock, random, logger } = options;
    this.#options = options;
    this.#memory = new MemoryLedger(options.memoryFor(null));
    this.#residents = new ResidentModels({
      memory: this.#memory,
      launcher,
      clock,
      random,
      logger,
      pace: () => this.#pace,
      onChange: () => this.#announce(),
    });
    this.#planner = new LoadPlanner(options, this.#memory, () => this.#residents.usage());
  }

  /** Sets the models that may be requested; `capacity` describes each of them. Loads nothing. */
  know(models: readonly InstalledModel[]): void {
    const digests = new Set(models.map(({ digest }) => digest));
    for (const digest of this.#known.keys()) {
      if (!digests.has(digest) && this.#residents.get(digest) === undefined) this.#known.delete(digest);
    }
    for (const model of models) this.#knownOf(model);
    this.#announce();
  }

  /** How much the swarm asks for each model; the least demanded is evicted first. */
  setDemand(demand: (model: InstalledModel) => number): void {
    this.#residents.setDemand(demand);
  }

  /** Loads a model and keeps it in memory; concurrent calls share one load. */
  async prepare(model: InstalledModel, { displace = true }: PrepareOptions = {}): Promise<LoadedModel | ModelRefusal> {
    const worker = this.#workerFor(model, displace);
    return worker instanceof ModelWorker ? worker.whenLoaded() : worker;
  }

  /** Runs one generation and resolves when it is over. Expected failures are values, never rejections. */
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

  /** Gives the machine back: running jobs end as `yielded` at their next token, waiting ones at once. */
  yieldAll(): void {
    for (const worker of this.#residents.workers()) worker.stopAll('yield');
  }

  /** Sets the pace of all models from now on, running jobs included. */
  setPace(pace: Pace): void {
    const { cores, processors = cores } = this.#options;
    this.#pace = { ...pace, processors };
    for (const worker of this.#residents.workers()) worker.applyPace();
  }

  /**
   * Sets the owner's memory limit for all models together, in bytes; null: none. Evicts idle models over the limit at
   * once and busy ones when they are done.
   */
  setMemoryLimit(bytes: number | null): void {
    this.#planner.setLimit(bytes);
    this.#residents.evictOverBudget();
    this.#announce();
  }

  /** How long idle models stay in memory from now on, in milliseconds; null: for ever. */
  setKeepAlive(milliseconds: number | null): void {
    this.#residents.setKeepAlive(milliseconds);
  }

  /** Sets the plans measured by the benchmark, by digest. Evicts idle models that were loaded with another plan. */
  setMeasured(measured: ReadonlyMap<string, MeasuredPlan>): void {
    this.#planner.measured = measured;
    for (const [digest, known] of this.#known) {
      const plan = measured.get(digest);
      const worker = this.#residents.get(digest);
      if (plan === undefined || worker === undefined) continue;
      if (worker.busy + worker.waiting > 0 || worker.state === 'loading') continue;
      const { sequences, decodeThreads, prefillThreads } = worker.plan;
      const sameThreads = plan.decodeThreads === decodeThreads && plan.prefillThreads === prefillThreads;
      if (sameThreads && plan.slots === sequences) continue;
      void this.#residents.remove(digest);
      known.tokensPerSecond = null;
    }
    this.#announce();
  }

  /** Forgets a model, and that it was refused or given up, so that the next `prepare` tries again. */
  async forget(digest: string): Promise<void> {
    this.#known.delete(digest);
    if (this.#residents.get(digest) === undefined) return;
    const exited = this.#residents.remove(digest);
    this.#announce();
    await exited;
  }

  /** Capacity of each known model, or its expected capacity if it were loaded. */
  capacity(): readonly ModelCapacity[] {
    return [...this.#known.values()].map((known) => this.#capacityOf(known));
  }

  /** Expected capacity of a model that is not in memory; null while there is no room to load it. */
  outlook(model: InstalledModel): LoadOutlook | null {
    const placement = this.#planner.planEvicting(model);
    if (placement.kind === 'no_fit') return null;
    const { contextSize, sequences } = placement.plan;
    const known = this.#known.get(model.digest) ?? newKnownModel(model);
    return { contextSize, slots: sequences, loadMs: expectedLoadMs(known) };
  }

  /** Process ids of the workers that run now. */
  workerPids(): readonly number[] {
    return this.#residents.workers().flatMap((worker) => worker.pid ?? []);
  }

  /** Calls the listener after each change of `capacity()`. Returns a function that unsubscribes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends all workers and waits until their processes have exited. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#residents.dispose();
  }

  #knownOf(model: InstalledModel): KnownModel {
    const known = this.#known.get(model.digest) ?? newKnownModel(model);
    known.model = model;
    this.#known.set(model.digest, known);
    return known;
  }

  #workerFor(model: InstalledModel, displace: boolean): ModelWorker | ModelRefusal {
    const { digest } = model;
    const present = this.#residents.get(digest);
    if (present !== undefined) return present;
    if (this.#disposed) return { kind: 'refused', digest, code: 'disposed', message: 'The engine is stopping.' };
    const known = this.#knownOf(model);
    const placement = displace ? this.#planner.planEvicting(model) : this.#planner.planBeside(model);
    if (placement.kind === 'no_fit') {
      return { kind: 'refused', digest, code: 'out_of_memory', message: this.#planner.explain(placement) };
    }
    this.#residents.evict(placement.evict);
    return this.#residents.add(known, placement.plan);
  }

  /** Computed anew each time, so that it follows the memory limit, learnt corrections and the benchmark. */
  #capacityOf(known: KnownModel): ModelCapacity {
    const { model } = known;
    const { digest } = model;
    const tokensPerSecond = known.tokensPerSecond ?? this.#planner.measured.get(digest)?.tokensPerSecond ?? null;
    const worker = this.#residents.get(digest);
    if (worker !== undefined) {
      const { state, refusal, reason, slots, contextSize, busy, waiting, peakBytes } = worker;
      const reservedBytes = this.#memory.reservedBy(digest);
      const why = { ...(refusal === null ? {} : { refusal }), reason };
      return { digest, state, ...why, slots, contextSize, busy, waiting, tokensPerSecond, reservedBytes, peakBytes };
    }
    const unused = { digest, busy: 0, waiting: 0, tokensPerSecond, reservedBytes: 0 };
    const plan = this.#planner.planAlone(model);
    if (plan.kind === 'plan') {
      return { ...unused, state: 'unloaded', reason: '', slots: plan.sequences, contextSize: plan.contextSize };
    }
    const why = { refusal: 'out_of_memory' as const, reason: this.#planner.explain(plan) };
    return { ...unused, state: 'refused', ...why, slots: 0, contextSize: model.contextSize };
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
