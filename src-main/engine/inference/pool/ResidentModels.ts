import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import type { WorkerPace } from '#engine/inference/process/WorkerSession.ts';
import { IdleTimers } from './IdleTimers.ts';
import type { KnownModel } from './KnownModel.ts';
import type { MemoryUsage } from './LoadPlanner.ts';
import type { MemoryLedger } from './MemoryLedger.ts';
import { ModelWorker } from './ModelWorker.ts';
import type { LoadPlan } from './planLoad.ts';
import { evictionOrder, type IdleModel } from './planPlacement.ts';

export interface ResidentModelsOptions {
  readonly memory: MemoryLedger;
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly pace: () => WorkerPace | null;
  /** Called after each change of a model's state. */
  readonly onChange: () => void;
}

interface Resident {
  readonly known: KnownModel;
  readonly worker: ModelWorker;
}

/** The models that have a worker: loads them, reserves their memory, and evicts idle ones. */
export class ResidentModels {
  readonly #options: ResidentModelsOptions;
  readonly #residents = new Map<string, Resident>();
  readonly #exiting = new Set<Promise<void>>();
  readonly #idleTimers: IdleTimers;
  #demand: (model: InstalledModel) => number = () => 0;

  constructor(options: ResidentModelsOptions) {
    this.#options = options;
    this.#idleTimers = new IdleTimers(options.clock, (digest) => this.evict([digest]));
  }

  get(digest: string): ModelWorker | undefined {
    return this.#residents.get(digest)?.worker;
  }

  workers(): readonly ModelWorker[] {
    return [...this.#residents.values()].map(({ worker }) => worker);
  }

  /** How much the swarm asks for each model; the least demanded is evicted first. */
  setDemand(demand: (model: InstalledModel) => number): void {
    this.#demand = demand;
  }

  /** How long idle models stay in memory from now on, in milliseconds; null: for ever. */
  setKeepAlive(milliseconds: number | null): void {
    const idle = this.#idleModels().map(({ digest }) => digest);
    this.#idleTimers.setKeepAlive(milliseconds, idle);
  }

  /** Graphics memory in use, and the models that could be evicted. */
  usage(): MemoryUsage {
    const held = this.workers().filter(({ state }) => state === 'ready' || state === 'loading');
    const graphicsBytes = held.reduce((sum, { plan }) => sum + plan.graphicsBytes, 0);
    return { graphicsBytes, idle: this.#idleModels() };
  }

  /** Reserves memory for a model and makes its worker, which loads the model on its first job or `whenLoaded`. */
  add(known: KnownModel, plan: LoadPlan): ModelWorker {
    const { model } = known;
    const { memory, launcher, clock, random, logger, pace } = this.#options;
    memory.reserve(model.digest, plan.memoryBytes);
    const onChange = (): void => this.#onWorkerChange(known, worker);
    const worker = new ModelWorker({ model, plan, launcher, clock, random, logger, pace, onChange });
    this.#residents.set(model.digest, { known, worker });
    const startedAt = clock.monotonic();
    known.lastUsedAt = startedAt;
    void worker.whenLoaded().then(({ kind }) => {
      if (kind === 'loaded') known.loadMs = clock.monotonic() - startedAt;
    });
    return worker;
  }

  evict(digests: readonly string[]): void {
    for (const digest of digests) void this.remove(digest);
    if (digests.length > 0) this.#options.onChange();
  }

  /** Evicts idle models until the others fit the memory budget again. */
  evictOverBudget(): void {
    for (const { digest } of evictionOrder(this.#idleModels())) {
      if (this.#options.memory.freeBytes >= 0) return;
      this.evict([digest]);
    }
  }

  /** Ends a model's worker and releases its memory. Resolves when the process has exited; at once without a worker. */
  async remove(digest: string): Promise<void> {
    const worker = this.get(digest);
    if (worker === undefined) return;
    this.#residents.delete(digest);
    this.#options.memory.release(digest);
    this.#idleTimers.stop(digest);
    const exited = worker.dispose().finally(() => this.#exiting.delete(exited));
    this.#exiting.add(exited);
    await exited;
  }

  /** Ends all workers and waits until their processes have exited. */
  async dispose(): Promise<void> {
    this.#idleTimers.stopAll();
    await Promise.all([...this.#exiting, ...this.workers().map((worker) => worker.dispose())]);
  }

  #idleModels(): readonly IdleModel[] {
    return [...this.#residents].flatMap(([digest, { known, worker }]) => {
      if (!worker.isIdle) return [];
      return {
        digest,
        memoryBytes: this.#options.memory.reservedBy(digest),
        graphicsBytes: worker.plan.graphicsBytes,
        demand: this.#demand(known.model),
        lastUsedAt: known.lastUsedAt,
      };
    });
  }

  #onWorkerChange(known: KnownModel, worker: ModelWorker): void {
    const { digest } = known.model;
    // A worker that was removed still reports its exit.
    if (this.get(digest) !== worker) return;
    const { memory, clock, onChange } = this.#options;
    known.tokensPerSecond = worker.tokensPerSecond ?? known.tokensPerSecond;
    if (worker.state === 'refused' || worker.state === 'gave_up') memory.release(digest);
    if (worker.busy > 0) known.lastUsedAt = clock.monotonic();
    if (worker.isIdle) this.#idleTimers.start(digest);
    else this.#idleTimers.stop(digest);
    if (memory.freeBytes < 0) this.evictOverBudget();
    onChange();
  }
}
