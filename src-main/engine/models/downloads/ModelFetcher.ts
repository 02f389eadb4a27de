import { mkdir, rm } from 'node:fs/promises';
import type { Download, HubFile, StoredFile } from '#shared/api/models.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { DownloadError, diskError } from './DownloadError.ts';
import type { RunHooks } from './DownloadQueue.ts';
import type { DownloadFolder, DownloadRecord } from './DownloadRecord.ts';
import { FileDownload } from './FileDownload.ts';
import { HubClient } from './HubClient.ts';
import { RateLimit } from './RateLimit.ts';
import { copyAndHash, readAndHash } from '#engine/models/library/copyAndHash.ts';
import { modelsToEvict } from '#engine/models/library/evict.ts';
import { readHeaderFrom } from '#engine/models/gguf/ggufHeader.ts';
import { hubFiles } from '#engine/models/hub/hubFiles.ts';
import type { HubToken } from '#engine/models/hub/HubToken.ts';
import { type Installed, type ModelUse, storedFile } from '#engine/models/library/Installed.ts';
import { familyOfAddress } from '#engine/models/catalogue/knownFamily.ts';
import { ModelFileError } from '#engine/models/library/ModelFileError.ts';
import type { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import { openLocalFile } from '#engine/models/library/openLocalFile.ts';
import { readRemoteHeader, type RemoteHeader } from '#engine/models/hub/readRemoteHeader.ts';
import { entryOfDigest } from '#engine/models/hub/resolveSource.ts';

export interface ModelFetcherOptions {
  readonly files: DownloadFolder;
  readonly library: ModelLibrary;
  readonly installed: Installed;
  readonly use: ModelUse;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Variables of the proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: () => Settings;
  readonly token: HubToken;
  /** The unfinished downloads, and their bytes that are here. */
  readonly partials: () => readonly Pick<Download, 'downloadId' | 'bytes'>[];
  /** A download went at the full speed of the connection. */
  readonly onSpeed: (bytes: number, millis: number) => void;
}

interface Run {
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
}

/** A file that is whole and checked, and not in the store yet. */
interface Arrived {
  readonly digest: string;
  readonly bytes: number;
  readonly file: string;
  readonly journal: string | null;
  readonly source: string;
}

/** How large a download will be, and of which digest where that is known. */
interface Promised {
  readonly downloadId: string;
  readonly bytes: number;
  readonly digest: string | null;
}

const connections = 8;
const stallMs = 20_000;
/** A list of files comes within this. */
const listWithinMs = 10_000;

/** Brings files into the store: from a hub, or from elsewhere on this machine. */
export class ModelFetcher {
  readonly #options: ModelFetcherOptions;
  readonly #client: HubClient;
  readonly #limit: RateLimit;
  /** Bytes that downloads under way will have, once they are known; none any more of what is installed. */
  readonly #promised = new Map<string, number>();

  constructor(options: ModelFetcherOptions) {
    this.#options = options;
    const { clock, env, settings, token } = options;
    this.#limit = new RateLimit(clock, null);
    const tokenOfHub = () => {
      const { value } = token;
      return value === null ? null : { origin: new URL(settings()['downloads.hub']).origin, value };
    };
    this.#client = new HubClient({ clock, env, stallMs, token: tokenOfHub });
  }

  /** For all downloads together; null: no limit. */
  limit(bytesPerSecond: number | null): void {
    this.#limit.set(bytesPerSecond);
  }

  close(): void {
    this.#client.close();
  }

  /** What the header of a remote file says. Rejects with a DownloadError or a ModelFileError. */
  readHeader(address: string, signal: AbortSignal): Promise<RemoteHeader> {
    return readRemoteHeader(this.#client, address, signal);
  }

  /** Which sizes of a model the hub has. Rejects with a SwarmError. */
  hubFiles(family: CatalogueFamily): Promise<HubFile[]> {
    const hub = this.#options.settings()['downloads.hub'];
    return hubFiles(this.#client, family, { hub, signal: AbortSignal.timeout(listWithinMs) });
  }

  /** Fetches or copies one file and installs it. Rejects with a {@link DownloadError}, or the signal's reason. */
  async run(record: DownloadRecord, hooks: RunHooks, signal: AbortSignal): Promise<StoredFile> {
    try {
      const { from } = record;
      return await (from.kind === 'web'
        ? this.#fetchWeb(record, from.address, { hooks, signal })
        : this.#copy(record, from.path, { hooks, signal }));
    } catch (error) {
      if (error instanceof ModelFileError) {
        const code = error.code === 'not_gguf' ? 'not_gguf' : 'model_damaged';
        throw new DownloadError(code, error.message, { cause: error });
      }
      throw diskError(error);
    } finally {
      this.#promised.delete(record.downloadId);
    }
  }

  async #fetchWeb(record: DownloadRecord, address: string, { hooks, signal }: Run): Promise<StoredFile> {
    const { clock, random } = this.#options;
    const { downloadId, sha256, sizeBytes, bytesPerSecond } = record;
    const own = new RateLimit(clock, bytesPerSecond);
    const partFile = this.#options.files.partFile(downloadId);
    const journalFile = this.#options.files.journalFile(downloadId);
    const watched = this.#watchSpeed(bytesPerSecond, hooks);
    const { digest, bytes: size } = await new FileDownload({
      client: this.#client,
      clock,
      random,
      address,
      partFile,
      journalFile,
      sha256,
      sizeBytes,
      knownChunks: null,
      connections,
      limits: [own, this.#limit],
      makeRoom: (bytes) => this.#makeRoom({ downloadId, bytes, digest: sha256 }),
      ...watched.hooks,
    }).run(signal);
    watched.tell();
    return this.#install(record, { digest, bytes: size, file: partFile, journal: journalFile, source: address });
  }

  /** The same hooks, with an eye on the clock; a limit says nothing about the connection. */
  #watchSpeed(ownLimit: number | null, hooks: RunHooks): { readonly hooks: RunHooks; readonly tell: () => void } {
    const { clock, settings, onSpeed } = this.#options;
    const isLimited = () => ownLimit !== null || settings()['downloads.bytesPerSecond'] !== null;
    let first: { readonly at: number; readonly bytes: number } | null = null;
    let last = { at: 0, bytes: 0 };
    const onProgress = (bytes: number, total: number): void => {
      last = { at: clock.monotonic(), bytes };
      first ??= last;
      hooks.onProgress(bytes, total);
    };
    const tell = (): void => {
      if (first !== null && !isLimited()) onSpeed(last.bytes - first.bytes, last.at - first.at);
    };
    return { hooks: { ...hooks, onProgress }, tell };
  }

  /**
   * Copies a file of this machine, hashing on the way. Whatever may be wrong with it is found before another model
   * leaves for it; what was copied of one that is not wanted is deleted.
   */
  async #copy(record: DownloadRecord, path: string, { hooks, signal }: Run): Promise<StoredFile> {
    const { files, installed } = this.#options;
    await using source = await openLocalFile(path);
    const { handle, bytes } = source;
    await readHeaderFrom(handle, bytes);
    const onBytes = (read: number): void => hooks.onProgress(read, bytes);
    if (installed.all.some(({ sizeBytes }) => sizeBytes === bytes)) {
      hooks.onPhase('checking');
      const here = await this.#hereAlready(record, await readAndHash(source, { signal, onBytes: () => {} }));
      if (here !== null) return here;
    }
    this.#roomFor({ downloadId: record.downloadId, bytes, digest: null });
    await mkdir(files.folder, { recursive: true, mode: 0o700 });
    const partFile = files.partFile(record.downloadId);
    try {
      hooks.onPhase('downloading');
      const digest = await copyAndHash(source, partFile, { signal, onBytes });
      const here = await this.#hereAlready(record, digest);
      if (here !== null) return here;
      return await this.#install(record, { digest, bytes, file: partFile, journal: null, source: 'imported' });
    } catch (error) {
      await rm(partFile, { force: true });
      throw error;
    }
  }

  /** The sound file of this digest that is installed; null when there is none. Rejects when another was wanted. */
  async #hereAlready({ sha256 }: DownloadRecord, digest: string): Promise<StoredFile | null> {
    if (sha256 !== null && sha256 !== digest) {
      throw new DownloadError(
        'digest_mismatch',
        `The file has the digest ${digest.slice(0, 12)}…, not the one it should.`,
      );
    }
    const { installed, library } = this.#options;
    const here = installed.all.find((model) => model.digest === digest);
    return here !== undefined && (await library.verify(digest)) === 'sound' ? storedFile(here) : null;
  }

  async #install(record: DownloadRecord, { digest, bytes, file, journal, source }: Arrived): Promise<StoredFile> {
    const { library, catalogue, installed, settings } = this.#options;
    // The budget may be another one than at the beginning, and others may have come meanwhile.
    await this.#makeRoom({ downloadId: record.downloadId, bytes, digest });
    const named = catalogue.families?.find(({ files }) => files.some(({ id }) => id === record.catalogueId));
    const model = await library.adopt(file, {
      digest,
      journal,
      source: source === 'imported' ? 'imported' : source,
      fileName: record.fileName,
      catalogueId: record.catalogueId,
      family: named ?? familyOfAddress(source, catalogue, settings()['downloads.hub']),
      entry: entryOfDigest(catalogue, digest),
    });
    await installed.refresh();
    this.#promised.set(record.downloadId, 0);
    return storedFile(model);
  }

  /**
   * The models that must leave so that a download fits the budget. What others under way promised counts whole, and of
   * those that stand still what is here. From now on this one is promised. Throws `budget_full`.
   */
  #roomFor({ downloadId, bytes, digest: own }: Promised): readonly string[] {
    const { settings, use, installed, partials } = this.#options;
    // A file that comes once more takes the place of itself.
    const models = installed.all.filter(({ digest }) => digest !== own);
    const inUse = new Set(models.filter(({ digest }) => use.isBusy(digest)).map(({ digest }) => digest));
    const budgetBytes = settings()['models.diskBudgetBytes'];
    const others = partials().filter((one) => one.downloadId !== downloadId);
    const partialBytes = others.reduce((sum, one) => sum + (this.#promised.get(one.downloadId) ?? one.bytes), 0);
    const evicted = modelsToEvict(bytes, { models, partialBytes, budgetBytes, inUse });
    if (evicted === null) {
      const message =
        'The disk space set aside for models is used up by models that must stay. Remove one, or allow more.';
      throw new DownloadError('budget_full', message);
    }
    this.#promised.set(downloadId, bytes);
    return evicted;
  }

  /** Deletes what was not used for longest until a download fits the budget. Rejects with `budget_full`. */
  async #makeRoom(promised: Promised): Promise<void> {
    const { logger, installed } = this.#options;
    for (const digest of this.#roomFor(promised)) {
      logger.info('A model made room for another one.', { digest });
      await installed.remove(digest);
    }
  }
}
