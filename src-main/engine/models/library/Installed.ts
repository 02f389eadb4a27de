import type { StoredFile } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { ModelLibrary } from './ModelLibrary.ts';

/** State and control of running models, for installing and removing. */
export interface ModelUse {
  /** Whether the model is working on a task or an answer. */
  readonly isBusy: (digest: string) => boolean;
  /** Unloads the model, so that its file can be replaced or deleted. */
  readonly release: (digest: string) => Promise<void>;
  /** Speed of one answer in tokens per second, where a run has shown it; null otherwise. */
  readonly speedOf: (digest: string) => number | null;
}

/** The installed models, cached in memory because every task offer needs them. */
export class Installed {
  readonly #library: ModelLibrary;
  readonly #use: ModelUse;
  readonly #listeners = new Set<() => void>();
  /** Whether a file with this digest is being downloaded. */
  readonly #isComing: (digest: string) => boolean;
  #models: readonly InstalledModel[] = [];
  #broken: ReadonlySet<string> = new Set();

  constructor(library: ModelLibrary, use: ModelUse, isComing: (digest: string) => boolean) {
    this.#library = library;
    this.#use = use;
    this.#isComing = isComing;
  }

  /** All models in the index, except those whose file is missing but being downloaded. */
  get all(): readonly InstalledModel[] {
    return this.#models;
  }

  /** Digests of the models whose file is missing or has the wrong length. */
  get broken(): ReadonlySet<string> {
    return this.#broken;
  }

  /** Reads the index again and notifies listeners. */
  async refresh(): Promise<void> {
    const stored = await this.#library.stored();
    const listed = stored.filter(({ model, file }) => file !== 'missing' || !this.#isComing(model.digest));
    this.#models = listed.map(({ model }) => model);
    this.#broken = new Set(listed.flatMap(({ model, file }) => (file === 'whole' ? [] : [model.digest])));
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each refresh. Returns a function that unsubscribes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The model with this digest. Throws a SwarmError `model_unknown`. */
  find(digest: string): InstalledModel {
    const model = this.#models.find((one) => one.digest === digest);
    if (model !== undefined) return model;
    throw new SwarmError('model_unknown', 'There is no installed model with this digest.', { field: 'digest' });
  }

  /** Removes the model of a cancelled download if its file is missing. */
  async giveUp(digest: string): Promise<void> {
    const stored = await this.#library.stored();
    const isMissing = stored.some(({ model, file }) => model.digest === digest && file === 'missing');
    if (isMissing) await this.remove(digest);
  }

  /** Unloads a model and deletes it. */
  async remove(digest: string): Promise<void> {
    await this.#use.release(digest);
    await this.#library.remove(digest);
    await this.refresh();
  }
}

export function storedFile({ digest, sizeBytes, path }: InstalledModel): StoredFile {
  return { digest, bytes: sizeBytes, path };
}
