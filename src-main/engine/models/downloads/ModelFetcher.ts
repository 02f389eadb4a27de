import { mkdir, rm } from 'node:fs/promises';
import type { Download, HubFile, StoredFile } from '#shared/api/models.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { DownloadError, diskError } from '../transfer/DownloadError.ts';
import type { RunHooks } from './RunningDownload.ts';
import type { DownloadFolder } from './DownloadFolder.ts';
import type { DownloadRecord } from './DownloadRecord.ts';
import { FileDownload } from '../transfer/FileDownload.ts';
import { HubClient } from '../transfer/HubClient.ts';
import { RateLimit } from '../transfer/RateLimit.ts';
import { copyAndHash, readAndHash } from './copyAndHash.ts';
import { modelsToEvict } from '#engine/models/library/evict.ts';
import { readHeaderFrom } from '#engine/models/gguf/ggufHeader.ts';
import { hubFiles } from '#engine/models/hub/hubFiles.ts';
import type { HubToken } from '#engine/models/hub/HubToken.ts';
import { type Installed, type ModelUse, storedFile } from '#engine/models/library/Installed.ts';
import { familyOfAddress } from '#engine/models/catalogue/knownFamily.ts';
import { ModelFileError } from '#engine/models/gguf/ModelFileError.ts';
import type { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import { openLocalFile } from './openLocalFile.ts';
import { readRemoteHeader, type RemoteHeader } from '#engine/models/hub/readRemoteHeader.ts';
import { entryOfDigest } from '#engine/models/catalogue/resolveSource.ts';

export interface ModelFetcherOptions {
  readonly files: DownloadFolder;
  readonly library: ModelLibrary;
  readonly installed: Installed;
  readonly use: ModelUse;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Environment with the variables of the proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: () => Settings;
  readonly token: HubToken;
  /** The unfinished downloads and their bytes on disk. */
  readonly partials: () => readonly Pick<Download, 'downloadId' | 'bytes'>[];
  /** Called when a download ran at the full speed of the connection. */
  readonly onSpeed: (bytes: number, millis: number) => void;
}

interface Run {
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
}

/** A complete, verified file that is not in the library yet. */
interface CompleteFile {
  readonly digest: string;
  readonly bytes: number;
  readonly file: string;
  readonly journal: string | null;
  readonly source: string;
}

/** Expected size of a download, and its digest if known. */
interface ExpectedFile {
  readonly downloadId: string;
  readonly bytes: number;
  readonly digest: string | null;
}

const connections = 8;
const stallMs = 20_000;
/** Time limit for a list of files. */
const listTimeoutMs = 10_000;

/** Gets model files into the library: from the web, or from elsewhere on this machine. */
export class ModelFetcher {
  readonly #options: ModelFetcherOptions;
  readonly #client: HubClient;
  readonly #limit: RateLimit;
  /** Expected sizes of running downloads, once known; 0 once installed. */
  readonly #expected = new Map<string, number>();

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

  /** Sets the rate limit of all downloads together, in bytes per second; null: none. */
  limit(bytesPerSecond: number | null): void {
    this.#limit.set(bytesPerSecond);
  }

  close(): void {
    this.#client.close();
  }

  /** Reads the header of a remote file. Rejects with a DownloadError or a ModelFileError. */
  readHeader(address: string, signal: AbortSignal): Promise<RemoteHeader> {
    return readRemoteHeader(this.#client, address, signal);
  }

  /** The sizes in which the hub has a model. Rejects with a SwarmError. */
  hubFiles(family: CatalogueFamily): Promise<HubFile[]> {
    const hub = this.#options.settings()['downloads.hub'];
    return hubFiles(this.#client, family, { hub, signal: AbortSignal.timeout(listTimeoutMs) });
  }

  /** Downloads or copies one file and installs it. Rejects with a {@link DownloadError} or the signal's reason. */
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
      this.#expected.delete(record.downloadId);
    }
  }

  async #fetchWeb(record: DownloadRecord, address: string, { hooks, signal }: Run): Promise<StoredFile> {
    const { clock, random } = this.#options;
    const { downloadId, sha256, sizeBytes, bytesPerSecond } = record;
    const own = new RateLimit(clock, bytesPerSecond);
    const partFile = this.#options.files.partFile(downloadId);
    const journalFile = this.#options.files.journalFile(downloadId);
    const speed = this.#measureSpeed(bytesPerSecond, hooks);
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
      ...speed.hooks,
    }).run(signal);
    speed.report();
    return this.#install(record, { digest, bytes: size, file: partFile, journal: journalFile, source: address });
  }

  /** Wraps the hooks to measure the speed of the connection, which `report` passes on unless a rate limit applied. */
  #measureSpeed(ownLimit: number | null, hooks: RunHooks): { readonly hooks: RunHooks; readonly report: () => void } {
    const { clock, settings, onSpeed } = this.#options;
    const isLimited = () => ownLimit !== null || settings()['downloads.bytesPerSecond'] !== null;
    let first: { readonly at: number; readonly bytes: number } | null = null;
    let last = { at: 0, bytes: 0 };
    const onProgress = (bytes: number, total: number): void => {
      last = { at: clock.monotonic(), bytes };
      first ??= last;
      hooks.onProgress(bytes, total);
    };
    const report = (): void => {
      if (first !== null && !isLimited()) onSpeed(last.bytes - first.bytes, last.at - first.at);
    };
    return { hooks: { ...hooks, onProgress }, report };
  }

  /**
   * Copies a file of this machine while hashing it. It is checked before another model is evicted for it; the copy of a
   * file that is not needed or not wanted is deleted.
   */
  async #copy(record: DownloadRecord, path: string, { hooks, signal }: Run): Promise<StoredFile> {
    const { files, installed } = this.#options;
    await using source = await openLocalFile(path);
    const { handle, bytes } = source;
    await readHeaderFrom(handle, bytes);
    const onBytes = (read: number): void => hooks.onProgress(read, bytes);
    if (installed.all.some(({ sizeBytes }) => sizeBytes === bytes)) {
      hooks.onPhase('checking');
      const present = await this.#findPresent(record, await readAndHash(source, { signal, onBytes: () => {} }));
      if (present !== null) return present;
    }
    this.#planRoom({ downloadId: record.downloadId, bytes, digest: null });
    await mkdir(files.folder, { recursive: true, mode: 0o700 });
    const partFile = files.partFile(record.downloadId);
    try {
      hooks.onPhase('downloading');
      const digest = await copyAndHash(source, partFile, { signal, onBytes });
      const present = await this.#findPresent(record, digest);
      if (present !== null) return present;
      return await this.#install(record, { digest, bytes, file: partFile, journal: null, source: 'imported' });
    } catch (error) {
      await rm(partFile, { force: true });
      throw error;
    }
  }

  /** The intact installed file with this digest; null when there is none. Rejects when another digest was expected. */
  async #findPresent({ sha256 }: DownloadRecord, digest: string): Promise<StoredFile | null> {
    if (sha256 !== null && sha256 !== digest) {
      throw new DownloadError(
        'digest_mismatch',
        `The file has the digest ${digest.slice(0, 12)}… instead of ${sha256.slice(0, 12)}….`,
      );
    }
    const { installed, library } = this.#options;
    const present = installed.all.find((model) => model.digest === digest);
    return present !== undefined && (await library.verify(digest)) === 'sound' ? storedFile(present) : null;
  }

  async #install(record: DownloadRecord, { digest, bytes, file, journal, source }: CompleteFile): Promise<StoredFile> {
    const { library, catalogue, installed, settings } = this.#options;
    // The budget or the installed models may have changed since the download began.
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
    this.#expected.set(record.downloadId, 0);
    return storedFile(model);
  }

  /**
   * The models to evict so that a download fits the disk budget. Other running downloads count with their expected
   * sizes, paused ones with their bytes on disk. Reserves the size of this one. Throws `budget_full`.
   */
  #planRoom({ downloadId, bytes, digest: own }: ExpectedFile): readonly string[] {
    const { settings, use, installed, partials } = this.#options;
    // A file that is downloaded again replaces itself.
    const models = installed.all.filter(({ digest }) => digest !== own);
    const inUse = new Set(models.filter(({ digest }) => use.isBusy(digest)).map(({ digest }) => digest));
    const budgetBytes = settings()['models.diskBudgetBytes'];
    const others = partials().filter((one) => one.downloadId !== downloadId);
    const partialBytes = others.reduce((sum, one) => sum + (this.#expected.get(one.downloadId) ?? one.bytes), 0);
    const evicted = modelsToEvict(bytes, { models, partialBytes, budgetBytes, inUse });
    if (evicted === null) {
      const message =
        'The disk space allowed for models is full, and no model may be removed automatically. Remove one, or allow more space.';
      throw new DownloadError('budget_full', message);
    }
    this.#expected.set(downloadId, bytes);
    return evicted;
  }

  /** Deletes the least recently used models until a download fits the disk budget. Rejects with `budget_full`. */
  async #makeRoom(expected: ExpectedFile): Promise<void> {
    const { logger, installed } = this.#options;
    for (const digest of this.#planRoom(expected)) {
      logger.info('A model was removed to make room for another.', { digest });
      await installed.remove(digest);
    }
  }
}
