import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { InstalledModel } from '#shared/domain/installedModel.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { Inference, ModelShelf } from './engineContract.ts';
import type { ModelCapacity } from './inference/inferenceContract.ts';

type Slice = z.infer<typeof ModelSlice>;

/** Loads the models of the shelf into the pool and says how each of them is. */
export class ModelShelfLoader {
  readonly #shelf: ModelShelf;
  readonly #inference: Inference;
  readonly #logger: Logger;
  /** Context of the model as it was really loaded, by digest. */
  readonly #contexts = new Map<string, number>();
  #wanted = false;

  constructor(shelf: ModelShelf, inference: Inference, logger: Logger) {
    this.#shelf = shelf;
    this.#inference = inference;
    this.#logger = logger;
  }

  installed(): readonly InstalledModel[] {
    return this.#shelf.installed();
  }

  find(digest: string): InstalledModel | null {
    return this.#shelf.installed().find((model) => model.digest === digest) ?? null;
  }

  contextOf(digest: string): number | null {
    return this.#contexts.get(digest) ?? null;
  }

  capacityOf(digest: string): ModelCapacity | null {
    return this.#inference.capacity().find((one) => one.digest === digest) ?? null;
  }

  /** Loads what is there, one after the other, and again whenever the shelf changes. */
  start(): void {
    this.#wanted = true;
    void this.load();
  }

  stop(): void {
    this.#wanted = false;
  }

  async load(): Promise<void> {
    for (const model of this.#shelf.installed()) {
      if (!this.#wanted) return;
      const outcome = await this.#inference.prepare(model);
      if (outcome.kind === 'loaded') {
        this.#contexts.set(model.digest, outcome.contextSize);
        this.#shelf.learn?.(model, outcome);
      } else if (outcome.code !== 'disposed') {
        this.#logger.warn('A model cannot be served.', { digest: model.digest, code: outcome.code });
      }
    }
  }

  /** Models for the sentence about contributing: how many, whether one loads, and why none can serve. */
  summary(): { installed: number; loading: boolean; problem: string | null } {
    const slices = this.slices();
    const usable = slices.some((model) => model.state === 'ready' || model.state === 'idle');
    const loading = !usable && slices.some((model) => model.state === 'loading');
    const broken = usable || loading ? undefined : slices.find((model) => model.problem !== null);
    return { installed: slices.length, loading, problem: broken?.problem ?? null };
  }

  slices(): Slice[] {
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
        state: stateOf(one),
        slots: one?.slots ?? 0,
        busy: one?.busy ?? 0,
        tokensPerSecond: one?.tokensPerSecond ?? null,
        problem: one === undefined || one.reason === '' ? null : one.reason,
        purpose,
        quantisation,
        licence,
        contextSize: this.#contexts.get(digest) ?? model.contextSize,
        chatTemplate: model.chatTemplate,
        inCatalogue: model.inCatalogue,
      };
    });
  }
}

function stateOf(capacity: ModelCapacity | undefined): Slice['state'] {
  switch (capacity?.state) {
    case undefined:
    case 'unloaded':
      return 'idle';
    case 'refused':
      return 'damaged';
    case 'ready':
    case 'loading':
    case 'gave_up':
      return capacity?.state ?? 'idle';
  }
}
