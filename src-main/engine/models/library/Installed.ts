import type { StoredFile } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { ModelLibrary } from './ModelLibrary.ts';

/** What the desk needs of the models that run. */
export interface ModelUse {
  /** Works on a task or an answer right now. */
  readonly isBusy: (digest: string) => boolean;
  /** Takes it out of memory, so that its file may go. */
  readonly release: (digest: string) => Promise<void>;
  /** Tokens per second of one stream, where a run has shown it. */
  readonly speedOf: (digest: string) => number | null;
}

/** The installed models, kept in memory because they are asked for on every offer. */
export class Installed {
  readonly #library: ModelLibrary;
  readonly #use: ModelUse;
  readonly #listeners = new Set<() => void>();
  /** Whether a file of this digest is on its way here. */
  readonly #isComing: (digest: string) => boolean;
  #models: readonly InstalledModel[] = [];
  #broken: ReadonlySet<string> = new Set();

  constructor(library: ModelLibrary, use: ModelUse, isComing: (digest: string) => boolean) {
    this.#library = library;
    this.#use = use;
    this.#isComing = isComing;
  }

  /** Also those whose files are damaged or gone, unless they are on their way here again. */
  get all(): readonly InstalledModel[] {
    return this.#models;
  }

  /** Digests of models whose files have another length than they should, or are gone. */
  get broken(): ReadonlySet<string> {
    return this.#broken;
  }

  /** Reads the store again and tells whoever listens. */
  async refresh(): Promise<void> {
    const stored = await this.#library.stored();
    const listed = stored.filter(({ model, file }) => file !== 'missing' || !this.#isComing(model.digest));
    this.#models = listed.map(({ model }) => model);
    this.#broken = new Set(listed.flatMap(({ model, file }) => (file === 'whole' ? [] : [model.digest])));
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Throws a SwarmError `model_unknown`. */
  find(digest: string): InstalledModel {
    const model = this.#models.find((one) => one.digest === digest);
    if (model !== undefined) return model;
    throw new SwarmError('model_unknown', 'No installed model has this digest.', { field: 'digest' });
  }

  /** The file of this digest will not come: forgets a model that has none. */
  async giveUp(digest: string): Promise<void> {
    const stored = await this.#library.stored();
    const isMissing = stored.some(({ model, file }) => model.digest === digest && file === 'missing');
    if (isMissing) await this.remove(digest);
  }

  /** Deletes a model, after it left the memory. */
  async remove(digest: string): Promise<void> {
    await this.#use.release(digest);
    await this.#library.remove(digest);
    await this.refresh();
  }
}

export function storedFile({ digest, sizeBytes, path }: InstalledModel): StoredFile {
  return { digest, bytes: sizeBytes, path };
}
