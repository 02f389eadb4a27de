import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Catalogue, CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { ModelRecords, StoredModel } from '#engine/ports/ModelRecords.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { digestFile } from '#node/digestFile.ts';
import { copyVerified, syncFolder } from './copyVerified.ts';
import { type GgufHeader, readGgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { type ModelOrigin, modelRecord } from './modelRecord.ts';
import { ModelFileError } from '#engine/models/gguf/ModelFileError.ts';
import { RemovedModels } from './RemovedModels.ts';

export interface ModelLibraryOptions {
  /** `HOME/models`. */
  readonly folder: string;
  /** Folder of the models that ship with the app, each named `<id>.gguf`. */
  readonly bundledFolder: string;
  readonly catalogue: Catalogue;
  readonly records: ModelRecords;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type InstallRefusalCode =
  | 'resource_missing'
  | 'digest_mismatch'
  | 'model_damaged'
  | 'storage_full'
  | 'storage_read_only'
  | 'storage_failed';

/** Origin of a file to adopt, and the journal of its chunks; null without one. */
export interface Adopted extends Omit<ModelOrigin, 'installedAt'> {
  readonly journal: string | null;
}

const hourMs = 3_600_000;

/** A model of the index and the state of its file: of the right length, of another length, or missing. */
export interface Stored {
  readonly model: InstalledModel;
  readonly file: 'whole' | 'cut' | 'missing';
}

/** A model that ships with the app; `header` is null when its file cannot be read. */
export interface Shipped {
  readonly entry: CatalogueEntry;
  readonly header: GgufHeader | null;
}

/** Result of an installation. */
export type InstallOutcome =
  | { readonly kind: 'installed'; readonly model: InstalledModel }
  | { readonly kind: 'refused'; readonly code: InstallRefusalCode; readonly message: string };

/** The model files of this machine, named by their digests, with their index. */
export class ModelLibrary {
  readonly #options: ModelLibraryOptions;
  readonly #removed: RemovedModels;
  readonly #bundled: readonly CatalogueEntry[];

  constructor(options: ModelLibraryOptions) {
    this.#options = options;
    this.#removed = new RemovedModels(path.join(options.folder, 'removed.json'));
    this.#bundled = options.catalogue.models.filter(({ source }) => source === 'bundled');
  }

  /**
   * Installs the models that ship with the app, except those removed by the owner, and deletes leftovers of interrupted
   * copies.
   */
  async installBundled(): Promise<InstallOutcome[]> {
    const entries = this.#bundled.filter(({ digest }) => !this.#removed.has(digest));
    const outcomes: InstallOutcome[] = [];
    try {
      await this.#prepareFolder();
    } catch (thrown) {
      return entries.map(() => refusal(thrown));
    }
    for (const entry of entries) outcomes.push(await this.#install(entry));
    return outcomes;
  }

  /** The models that ship with the app, with the headers of their files. */
  async shipped(): Promise<readonly Shipped[]> {
    return Promise.all(
      this.#bundled.map(async (entry) => ({
        entry,
        header: await readGgufHeader(this.#resourceOf(entry)).catch(() => null),
      })),
    );
  }

  /** Installs a model that ships with the app on request; null when none has this id. */
  async installShipped(id: string): Promise<InstallOutcome | null> {
    const entry = this.#bundled.find((each) => each.id === id);
    if (entry === undefined) return null;
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    } catch (thrown) {
      return refusal(thrown);
    }
    return this.#install(entry);
  }

  /** The models of the index, oldest first, with the states of their files. */
  async stored(): Promise<readonly Stored[]> {
    const rows = await this.#options.records.list();
    const found = await Promise.all(rows.map((row) => this.#stored(row)));
    return found.toSorted((one, other) => one.model.installedAt - other.model.installedAt);
  }

  /** The models whose files are present with the right size. */
  async list(): Promise<readonly InstalledModel[]> {
    return (await this.stored()).flatMap(({ model, file }) => (file === 'whole' ? [model] : []));
  }

  async find(digest: string): Promise<InstalledModel | null> {
    return (await this.list()).find((model) => model.digest === digest) ?? null;
  }

  /** Reads the whole file and compares its digest. */
  async verify(digest: string): Promise<'sound' | 'damaged' | 'missing'> {
    try {
      return (await digestFile(this.pathOf(digest))) === digest ? 'sound' : 'damaged';
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return 'missing';
      throw thrown;
    }
  }

  /** Sets a damaged file aside and reinstalls a model that ships with the app. */
  async repair(digest: string): Promise<InstallOutcome> {
    const state = await this.verify(digest);
    const entry = this.#bundled.find((each) => each.digest === digest);
    if (state === 'damaged') {
      this.#options.logger.warn('A model file is damaged and was set aside.', { digest });
      await rename(this.pathOf(digest), `${this.pathOf(digest)}.damaged`);
    }
    if (entry !== undefined) return this.#install(entry);
    if (state !== 'sound') await this.#options.records.remove(digest);
    const model = await this.find(digest);
    if (model !== null) return { kind: 'installed', model };
    return {
      kind: 'refused',
      code: 'model_damaged',
      message: 'The model file is damaged or missing. Install the model again.',
    };
  }

  /** Deletes a model and its row. Rejects with Node's error or a SwarmError `storage_…`. */
  async remove(digest: string): Promise<void> {
    await this.#options.records.remove(digest);
    await rm(this.pathOf(digest), { force: true });
    await rm(this.journalOf(digest), { force: true });
    if (this.#bundled.some((entry) => entry.digest === digest)) this.#removed.add(digest);
  }

  /**
   * Moves a complete, verified and synced file of the same volume into the library, with its chunk journal. If the
   * model is known from a better source, that is kept: one that can be downloaded again is not replaced by a manual
   * import. Rejects with a {@link ModelFileError} when the header is invalid, and leaves the file in place.
   */
  async adopt(file: string, origin: Adopted): Promise<InstalledModel> {
    const { records, clock, logger } = this.#options;
    const { digest, journal, ...rest } = origin;
    const header = await readGgufHeader(file);
    const known = (await records.list()).find((row) => row.digest === digest);
    const found = modelRecord(header, { ...rest, digest, installedAt: clock.now() });
    const model = known === undefined ? found : better(known, found);
    const target = this.pathOf(digest);
    await rename(file, target);
    if (journal !== null) await rename(journal, this.journalOf(digest)).catch(() => {});
    await syncFolder(this.#options.folder);
    await records.save(model);
    this.#removed.forget(digest);
    logger.info('A model was installed.', { digest, name: model.name });
    return { ...model, path: target };
  }

  /** Moves a damaged file to where a download resumes from it, fetching only its damaged chunks. */
  async moveToDownload(digest: string, { part, journal }: { part: string; journal: string }): Promise<void> {
    await rename(this.pathOf(digest), part).catch(() => {});
    await rename(this.journalOf(digest), journal).catch(() => {});
  }

  /** Records that a model was used, with a resolution of one hour. */
  async touch(digest: string): Promise<void> {
    const { records, clock } = this.#options;
    const row = (await records.list()).find((each) => each.digest === digest);
    if (row === undefined || clock.now() - (row.lastUsedAt ?? 0) < hourMs) return;
    await records.save({ ...row, lastUsedAt: clock.now() });
  }

  /** Path of the chunk journal of a downloaded file. */
  journalOf(digest: string): string {
    return path.join(this.#options.folder, `${digest}.journal`);
  }

  /** Path of the file with this digest. */
  pathOf(digest: string): string {
    return path.join(this.#options.folder, `${digest}.gguf`);
  }

  async #prepareFolder(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const left = (await readdir(folder)).filter((name) => name.endsWith('.part'));
    await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })));
  }

  async #install(entry: CatalogueEntry): Promise<InstallOutcome> {
    const { records, clock, logger } = this.#options;
    const target = this.pathOf(entry.digest);
    try {
      const row = (await records.list()).find((each) => each.digest === entry.digest);
      const there = row === undefined ? null : await this.#stored(row);
      if (there?.file === 'whole') return { kind: 'installed', model: there.model };
      if ((await this.verify(entry.digest)) !== 'sound') {
        await copyVerified(this.#resourceOf(entry), target, entry.digest);
      }
      const { architecture, layers, kvBytesPerToken } = await readGgufHeader(target);
      const facts = { architecture, layers, kvBytesPerToken, inCatalogue: true, installedAt: clock.now() };
      const model = { ...entry, ...facts };
      await records.save(model);
      this.#removed.forget(entry.digest);
      logger.info('A model was installed.', { digest: entry.digest, name: entry.name });
      return { kind: 'installed', model: { ...model, path: target } };
    } catch (thrown) {
      const refused = refusal(thrown);
      logger.error('A model could not be installed.', {
        digest: entry.digest,
        code: refused.code,
        reason: refused.message,
      });
      return refused;
    }
  }

  #resourceOf({ id }: CatalogueEntry): string {
    return path.join(this.#options.bundledFolder, `${id}.gguf`);
  }

  async #stored(row: StoredModel): Promise<Stored> {
    const model = { ...row, path: this.pathOf(row.digest) };
    const size = await stat(model.path).then(
      (found) => found.size,
      () => null,
    );
    return { model, file: size === null ? 'missing' : size === row.sizeBytes ? 'whole' : 'cut' };
  }
}

/** The row with the better source, keeping the time of last use. */
function better(known: StoredModel, found: StoredModel): StoredModel {
  if (known.source === 'bundled' || (known.source !== 'imported' && found.source === 'imported')) return known;
  return { ...found, ...(known.lastUsedAt === undefined ? {} : { lastUsedAt: known.lastUsedAt }) };
}

function refusal(thrown: unknown): Extract<InstallOutcome, { kind: 'refused' }> {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: 'refused', code: refusalCode(thrown), message };
}

function refusalCode(thrown: unknown): InstallRefusalCode {
  if (thrown instanceof ModelFileError) return thrown.code === 'digest_mismatch' ? 'digest_mismatch' : 'model_damaged';
  switch (codeOf(thrown)) {
    case 'ENOENT':
      return 'resource_missing';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'storage_full';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'storage_read_only';
    default:
      return 'storage_failed';
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
