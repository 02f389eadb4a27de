import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { Inference } from '#engine/ports/Inference.ts';
import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { LoadedModel, ModelRefusal, RefusalCode } from '#engine/ports/LoadedModel.ts';
import type { LoadOutlook, ModelCapacity } from '#engine/ports/ModelCapacity.ts';

type Slice = z.infer<typeof ModelSlice>;

/** Refusals that another copy of the file may cure. */
const ofTheFile: ReadonlySet<RefusalCode> = new Set(['digest_mismatch', 'file_missing']);

/** Refusals that are about the file, as opposed to this machine. */
const damaged: ReadonlySet<RefusalCode> = new Set([...ofTheFile, 'model_damaged', 'model_unsupported']);

/** Less is not worth a note. */
const clearlyMore = 1.02;

/** Loads the models of the shelf into the pool and says how each of them is. */
export class ModelShelfLoader {
  readonly #shelf: ModelShelf;
  readonly #inference: Inference;
  readonly #logger: Logger;
  /** What was told of the memory of each, in bytes. */
  readonly #peaks = new Map<string, number>();
  /** Files that are brought back now, and those for which it was tried in this run: a bad disk gets one try. */
  readonly #repairing = new Set<string>();
  readonly #repaired = new Set<string>();
  /** Why a damaged file cannot be brought back. */
  readonly #hopeless = new Map<string, string>();
  /** How much the swarm asks for each model; only the order counts. */
  readonly #demand: (model: InstalledModel) => number;
  #started = false;
  /** How long idle models stay in memory; null: as long as work may come. Undefined before that was told. */
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

  /** What the model would give if it were loaded now; null while there is no room for it, or it is not here. */
  outlookOf(digest: string): LoadOutlook | null {
    const model = this.find(digest);
    return model === null ? null : this.#inference.outlook(model);
  }

  /** Loads what fits from now on, while work may come. */
  start(): void {
    this.#started = true;
    void this.load();
  }

  stop(): void {
    this.#started = false;
  }

  /**
   * How long idle models stay in memory, in milliseconds; null: as long as work may come, and then those that left are
   * loaded again.
   */
  keepFor(milliseconds: number | null): void {
    if (milliseconds === this.#keepMs) return;
    this.#keepMs = milliseconds;
    this.#inference.setKeepAlive(milliseconds);
    if (milliseconds === null) void this.load();
  }

  /** The owner's limit for all models together, in bytes; what fits by now is loaded. */
  limitMemory(bytes: number | null): void {
    if (bytes === this.#memoryLimit) return;
    this.#memoryLimit = bytes;
    this.#inference.setMemoryLimit(bytes);
    void this.load();
  }

  /**
   * Loads what fits together, one after the other, the most wanted first; the rest is loaded when it is asked for.
   * To be called whenever the shelf changes, also while nothing is to be loaded.
   */
  async load(): Promise<void> {
    if (!this.#started) return;
    this.#inference.know(this.#shelf.installed().filter(({ digest }) => !this.#repairing.has(digest)));
    for (const model of this.#inOrder()) {
      if (!this.#started || this.#keepMs !== null) return;
      if (this.#repairing.has(model.digest)) continue;
      const outcome = await this.#prepare(model);
      // One for which there is only no room at the moment is loaded when somebody asks for it.
      if (outcome.kind === 'loaded' || outcome.code === 'disposed') continue;
      if (this.capacityOf(model.digest)?.state === 'unloaded') continue;
      const { digest, code, message } = outcome;
      this.#logger.warn('A model cannot be served.', { digest, code, reason: message });
    }
  }

  /** The most wanted first, then what was used last. */
  #inOrder(): readonly InstalledModel[] {
    return this.#shelf
      .installed()
      .toSorted((one, other) => this.#demand(other) - this.#demand(one) || lastUse(other) - lastUse(one));
  }

  /** Loads a model; one whose file is damaged or gone is brought back first, and tried once more. */
  async #prepare(model: InstalledModel): Promise<LoadedModel | ModelRefusal> {
    const how = { displace: false };
    const outcome = await this.#inference.prepare(model, how);
    if (outcome.kind === 'loaded' || !ofTheFile.has(outcome.code)) return outcome;
    return (await this.#repair(model)) ? this.#inference.prepare(model, how) : outcome;
  }

  async #repair({ digest, name }: InstalledModel): Promise<boolean> {
    if (this.#repaired.has(digest)) return false;
    this.#repaired.add(digest);
    this.#repairing.add(digest);
    this.#logger.warn('The file of a model is damaged and is brought back.', { digest, name });
    try {
      const repaired = await this.#shelf.repair(digest);
      if (repaired.kind === 'impossible') this.#hopeless.set(digest, repaired.reason);
      // Somebody may have asked for it meanwhile, and was refused.
      if (repaired.kind === 'sound') await this.#inference.forget(digest);
      return repaired.kind === 'sound';
    } catch (error) {
      this.#logger.error('The file of a model could not be brought back.', { digest, reason: String(error) });
      return false;
    } finally {
      this.#repairing.delete(digest);
    }
  }

  /** Tells the shelf what models took at their peak, when that is clearly more than was told before. */
  learn(): void {
    for (const { digest, slots, contextSize, peakBytes = null } of this.#inference.capacity()) {
      const model = this.find(digest);
      if (peakBytes === null || model === null) continue;
      if (peakBytes <= (this.#peaks.get(digest) ?? 0) * clearlyMore) continue;
      this.#peaks.set(digest, peakBytes);
      this.#shelf.learn(model, { contextSize, slots, measuredBytes: peakBytes });
    }
  }

  /** Models for the sentence about contributing: how many, whether one loads, and why none can serve. */
  summary(): { installed: number; loading: boolean; problem: string | null } {
    const slices = this.slices();
    const usable = slices.some((model) => model.state === 'ready' || model.state === 'idle');
    const loading = !usable && slices.some(({ state }) => state === 'loading' || state === 'repairing');
    const broken = usable || loading ? undefined : slices.find((model) => model.problem !== null);
    return { installed: slices.length, loading, problem: broken?.problem ?? null };
  }

  #problemOf(capacity: ModelCapacity | undefined): string | null {
    if (capacity === undefined || capacity.reason === '' || this.#repairing.has(capacity.digest)) return null;
    return this.#hopeless.get(capacity.digest) ?? capacity.reason;
  }

  /** `admitted`: what may serve others in the joined swarm; null while that is not told. */
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
      return capacity.refusal === undefined || damaged.has(capacity.refusal) ? 'damaged' : 'gave_up';
    case 'ready':
    case 'loading':
    case 'gave_up':
      return capacity?.state ?? 'idle';
  }
}
