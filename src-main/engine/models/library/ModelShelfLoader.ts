import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { LoadedModel, ModelRefusal, RefusalCode } from '#engine/ports/inference/LoadedModel.ts';
import type { LoadOutlook, ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';

type Slice = z.infer<typeof ModelSlice>;

/** Refusals that another copy of the file may resolve. */
const repairable: ReadonlySet<RefusalCode> = new Set(['digest_mismatch', 'file_missing']);

/** Refusals caused by the file, as opposed to this machine. */
const fileRefusals: ReadonlySet<RefusalCode> = new Set([...repairable, 'model_damaged', 'model_unsupported']);

/** A peak is reported again only when it grew by this factor. */
const significantGrowth = 1.02;

/** Loads the installed models into the inference pool, repairs damaged files, and describes the state of each model. */
export class ModelShelfLoader {
  readonly #shelf: ModelShelf;
  readonly #inference: Inference;
  readonly #logger: Logger;
  /** Peak memory reported so far for each model, in bytes. */
  readonly #peaks = new Map<string, number>();
  /** Models being repaired, and those whose repair was attempted since the start: each gets one attempt. */
  readonly #repairing = new Set<string>();
  readonly #repaired = new Set<string>();
  /** Why a damaged file cannot be repaired. */
  readonly #irreparable = new Map<string, string>();
  /** How much the swarm asks for each model; only the order matters. */
  readonly #demand: (model: InstalledModel) => number;
  #started = false;
  /** Keep-alive time of idle models in milliseconds; null: as long as work may come. Undefined until first set. */
  #keepMs: number | null | undefined;
  #memoryLimit: number | null | undefined;

  constructor(
    shelf: ModelShelf,
    inference: Inference,
    logger: Logger,
    demand: (model: InstalledModel) => number = () => 0,
  ) {
    this.#shelf = shelf;
    this.#inference = inference;
    this.#logger = logger;
    this.#demand = demand;
    inference.setDemand(demand);
  }

  installed(): readonly InstalledModel[] {
    return this.#shelf.installed();
  }

  find(digest: string): InstalledModel | null {
    return this.#shelf.installed().find((model) => model.digest === digest) ?? null;
  }

  contextOf(digest: string): number | null {
    return this.capacityOf(digest)?.contextSize ?? null;
  }

  capacityOf(digest: string): ModelCapacity | null {
    return this.#inference.capacity().find((one) => one.digest === digest) ?? null;
  }

  /**
   * The capacity of the model if it were loaded now; null while there is no room for it, or when it is not installed.
   */
  outlookOf(digest: string): LoadOutlook | null {
    const model = this.find(digest);
    return model === null ? null : this.#inference.outlook(model);
  }

  /** Loads what fits, now and whenever something changes: work may come. */
  start(): void {
    this.#started = true;
    void this.load();
  }

  stop(): void {
    this.#started = false;
  }

  /**
   * Sets how long idle models stay in memory, in milliseconds; null: as long as work may come, which also reloads
   * evicted ones.
   */
  setKeepAlive(milliseconds: number | null): void {
    if (milliseconds === this.#keepMs) return;
    this.#keepMs = milliseconds;
    this.#inference.setKeepAlive(milliseconds);
    if (milliseconds === null) void this.load();
  }

  /** Sets the owner's memory limit for all models together, in bytes; null: none. Loads what fits now. */
  setMemoryLimit(bytes: number | null): void {
    if (bytes === this.#memoryLimit) return;
    this.#memoryLimit = bytes;
    this.#inference.setMemoryLimit(bytes);
    void this.load();
  }

  /**
   * Loads the models that fit together, one by one, most demanded first; the others are loaded on demand. Call it
   * whenever the installed models change.
   */
  async load(): Promise<void> {
    if (!this.#started) return;
    this.#inference.know(this.#shelf.installed().filter(({ digest }) => !this.#repairing.has(digest)));
    for (const model of this.#byPriority()) {
      if (!this.#started || this.#keepMs !== null) return;
      if (this.#repairing.has(model.digest)) continue;
      const outcome = await this.#prepare(model);
      // A model that merely has no room at the moment is loaded on demand.
      if (outcome.kind === 'loaded' || outcome.code === 'disposed') continue;
      if (this.capacityOf(model.digest)?.state === 'unloaded') continue;
      const { digest, code, message } = outcome;
      this.#logger.warn('A model cannot be served.', { digest, code, reason: message });
    }
  }

  /** Most demanded first, then most recently used. */
  #byPriority(): readonly InstalledModel[] {
    return this.#shelf
      .installed()
      .toSorted((one, other) => this.#demand(other) - this.#demand(one) || lastUse(other) - lastUse(one));
  }

  /** Loads a model; if its file is damaged or missing, repairs it and tries once more. */
  async #prepare(model: InstalledModel): Promise<LoadedModel | ModelRefusal> {
    const how = { displace: false };
    const outcome = await this.#inference.prepare(model, how);
    if (outcome.kind === 'loaded' || !repairable.has(outcome.code)) return outcome;
    return (await this.#repair(model)) ? this.#inference.prepare(model, how) : outcome;
  }

  async #repair({ digest, name }: InstalledModel): Promise<boolean> {
    if (this.#repaired.has(digest)) return false;
    this.#repaired.add(digest);
    this.#repairing.add(digest);
    this.#logger.warn('A model file is damaged or missing and is being repaired.', { digest, name });
    try {
      const repaired = await this.#shelf.repair(digest);
      if (repaired.kind === 'impossible') this.#irreparable.set(digest, repaired.reason);
      // A task may have asked for the model meanwhile and been refused.
      if (repaired.kind === 'sound') await this.#inference.forget(digest);
      return repaired.kind === 'sound';
    } catch (error) {
      this.#logger.error('A model file could not be repaired.', { digest, reason: String(error) });
      return false;
    } finally {
      this.#repairing.delete(digest);
    }
  }

  /** Reports the peak memory of models to the shelf, when it is clearly more than reported before. */
  learn(): void {
    for (const { digest, slots, contextSize, peakBytes = null } of this.#inference.capacity()) {
      const model = this.find(digest);
      if (peakBytes === null || model === null) continue;
      if (peakBytes <= (this.#peaks.get(digest) ?? 0) * significantGrowth) continue;
      this.#peaks.set(digest, peakBytes);
      this.#shelf.learn(model, { contextSize, slots, measuredBytes: peakBytes });
    }
  }

  /** The models for the sentence about contributing: how many, whether one is loading, and why none can serve. */
  summary(): { installed: number; loading: boolean; problem: string | null } {
    const slices = this.slices();
    const usable = slices.some((model) => model.state === 'ready' || model.state === 'idle');
    const loading = !usable && slices.some(({ state }) => state === 'loading' || state === 'repairing');
    const broken = usable || loading ? undefined : slices.find((model) => model.problem !== null);
    return { installed: slices.length, loading, problem: broken?.problem ?? null };
  }

  #problemOf(capacity: ModelCapacity | undefined): string | null {
    if (capacity === undefined || capacity.reason === '' || this.#repairing.has(capacity.digest)) return null;
    return this.#irreparable.get(capacity.digest) ?? capacity.reason;
  }

  /**
   * The models as the interface shows them. `admitted` are those that the joined swarm pays for; null while unknown.
   */
  slices(admitted: ReadonlySet<string> | null = null): Slice[] {
    const capacity = this.#inference.capacity();
    return this.#shelf.installed().map((model) => {
      const one = capacity.find((each) => each.digest === model.digest);
      const { digest, name, types, languages, sizeBytes, purpose, quantisation, licence } = model;
      return {
        digest,
        name,
        types,
        languages,
        sizeBytes,
        state: this.#repairing.has(digest) ? 'repairing' : stateOf(one),
        slots: one?.slots ?? 0,
        busy: one?.busy ?? 0,
        tokensPerSecond: one?.tokensPerSecond ?? null,
        problem: this.#problemOf(one),
        purpose,
        quantisation,
        licence,
        contextSize: one?.contextSize ?? model.contextSize,
        chatTemplate: model.chatTemplate,
        inCatalogue: model.inCatalogue,
        admitted: admitted?.has(digest) ?? null,
      };
    });
  }
}

function lastUse({ lastUsedAt = 0 }: InstalledModel): number {
  return lastUsedAt;
}

function stateOf(capacity: ModelCapacity | undefined): Slice['state'] {
  switch (capacity?.state) {
    case undefined:
    case 'unloaded':
      return 'idle';
    case 'refused':
      return capacity.refusal === undefined || fileRefusals.has(capacity.refusal) ? 'damaged' : 'gave_up';
    case 'ready':
    case 'loading':
    case 'gave_up':
      return capacity?.state ?? 'idle';
  }
}
