import { mkdir, stat } from 'node:fs/promises';
import type { StoredFile } from '#shared/api/models.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/catalogue.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { DownloadError, diskError } from '#engine/downloads/DownloadError.ts';
import type { RunHooks } from '#engine/downloads/DownloadQueue.ts';
import type { DownloadFolder, DownloadRecord } from '#engine/downloads/DownloadRecord.ts';
import { FileDownload } from '#engine/downloads/FileDownload.ts';
import { HubClient } from '#engine/downloads/HubClient.ts';
import { RateLimit } from '#engine/downloads/RateLimit.ts';
import { copyAndHash } from './copyAndHash.ts';
import { modelsToEvict } from './evict.ts';
import type { HubToken } from './HubToken.ts';
import { type Installed, type ModelUse, storedFile } from './Installed.ts';
import { ModelFileError } from './ModelFileError.ts';
import type { ModelLibrary } from './ModelLibrary.ts';
import { readRemoteHeader, type RemoteHeader } from './readRemoteHeader.ts';
import { entryOfDigest } from './resolveSource.ts';

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
  /** Bytes of unfinished downloads. */
  readonly partialBytes: () => number;
  /** A download went at the full speed of the connection. */
  readonly onSpeed: (bytes: number, millis: number) => void;
}

interface Run {
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
}

const connections = 8;
const stallMs = 20_000;

/** Brings files into the store: from a hub, or from elsewhere on this machine. */
export class ModelFetcher {
  readonly #options: ModelFetcherOptions;
  readonly #client: HubClient;
  readonly #limit: RateLimit;

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

  /** Fetches or copies one file and installs it. Rejects with a {@link DownloadError}, or the signal's reason. */
  async run(record: DownloadRecord, hooks: RunHooks, signal: AbortSignal): Promise<StoredFile> {
    try {
      const { from } = record;
      return await (from.kind === 'web'
        ? this.#fetchWeb(record, from.address, { hooks, signal })
        : this.#copy(record, from.path, { hooks, signal }));
    } catch (error) {
      if (error instanceof ModelFileError) throw new DownloadError('model_damaged', error.message, { cause: error });
      throw diskError(error);
    }
  }

  async #fetchWeb(record: DownloadRecord, address: string, { hooks, signal }: Run): Promise<StoredFile> {
    const { clock, random } = this.#options;
    const { downloadId, sha256, sizeBytes, bytesPerSecond } = record;
    const own = new RateLimit(clock, bytesPerSecond);
    const partFile = this.#options.files.partFile(downloadId);
    const journalFile = this.#options.files.journalFile(downloadId);
    const watched = this.#watchSpeed(bytesPerSecond, hooks);
    const { digest } = await new FileDownload({
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
      makeRoom: (bytes) => this.#makeRoom(bytes),
      ...watched.hooks,
    }).run(signal);
    watched.tell();
    return this.#install(record, { digest, file: partFile, journal: journalFile, source: address });
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

  /** Copies a file of this machine, hashing on the way. */
  async #copy(record: DownloadRecord, source: string, { hooks, signal }: Run): Promise<StoredFile> {
    const { size } = await stat(source).catch(() => {
      throw new DownloadError('not_found', `There is no file ${source}.`);
    });
    await this.#makeRoom(size);
    await mkdir(this.#options.files.folder, { recursive: true, mode: 0o700 });
    const partFile = this.#options.files.partFile(record.downloadId);
    hooks.onPhase('downloading');
    const digest = await copyAndHash(source, partFile, { signal, onBytes: (bytes) => hooks.onProgress(bytes, size) });
    if (record.sha256 !== null && record.sha256 !== digest) {
      throw new DownloadError(
        'digest_mismatch',
        `The file has the digest ${digest.slice(0, 12)}…, not the one it should.`,
      );
    }
    return this.#install(record, { digest, file: partFile, journal: null, source: 'imported' });
  }

  async #install(
    record: DownloadRecord,
    { digest, file, journal, source }: { digest: string; file: string; journal: string | null; source: string },
  ): Promise<StoredFile> {
    const { library, catalogue, installed } = this.#options;
    const family = catalogue.families?.find(({ files }) => files.some(({ id }) => id === record.catalogueId));
    const model = await library.adopt(file, {
      digest,
      journal,
      source: source === 'imported' ? 'imported' : source,
      fileName: record.fileName,
      catalogueId: record.catalogueId,
      family: family ?? null,
      entry: entryOfDigest(catalogue, digest),
    });
    await installed.refresh();
    return storedFile(model);
  }

  /** Deletes what was not used for longest until so many more bytes fit the budget. Rejects with `budget_full`. */
  async #makeRoom(bytes: number): Promise<void> {
    const { settings, use, logger, installed, partialBytes } = this.#options;
    const models = installed.all;
    const inUse = new Set(models.filter(({ digest }) => use.isBusy(digest)).map(({ digest }) => digest));
    const budgetBytes = settings()['models.diskBudgetBytes'];
    const evicted = modelsToEvict(bytes, { models, partialBytes: partialBytes(), budgetBytes, inUse });
    if (evicted === null) {
      const message =
        'The disk space set aside for models is used up by models that must stay. Remove one, or allow more.';
      throw new DownloadError('budget_full', message);
    }
    for (const digest of evicted) {
      logger.info('A model made room for another one.', { digest });
      await installed.remove(digest);
    }
  }
}
