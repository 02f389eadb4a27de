import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { CommandHandlers } from '#shared/api/commands.ts';
import type { Download, ModelCommandName } from '#shared/api/models.ts';
import { completeEntries } from '#shared/domain/models/completeEntries.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { usualMemoryShare } from '#shared/domain/models/expectedSpeed.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { adviseModel, type EarningAdvice, type Market } from '#shared/domain/money/earningAdvice.ts';
import { planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import { DownloadQueue } from './downloads/DownloadQueue.ts';
import { DownloadFolder, downloadIdOf } from './downloads/DownloadRecord.ts';
import { catalogueView } from './catalogue/catalogueView.ts';
import { earningModels, type Measured } from './advice/earningModels.ts';
import { fileRecord, webRecord } from './downloads/downloadRecords.ts';
import { Installed, type ModelUse, storedFile } from './library/Installed.ts';
import { judgeFit, type MachineView } from './fit/judgeFit.ts';
import { familyOf } from './catalogue/knownFamily.ts';
import { LinkLesson } from './fit/LinkLesson.ts';
import { lookError } from './hub/lookError.ts';
import { correctionFor, MemoryLessons } from './fit/MemoryLessons.ts';
import type { InstallOutcome } from './library/ModelLibrary.ts';
import { ModelFetcher, type ModelFetcherOptions } from './downloads/ModelFetcher.ts';
import { resolveSource } from './hub/resolveSource.ts';
import type { CatalogueOffer } from './catalogue/signedCatalogue.ts';
import { Repairs } from './library/Repairs.ts';
import type { Repaired } from '#engine/ports/ModelShelf.ts';
import { shippedView } from './library/shippedView.ts';
import { Verifications } from './library/Verifications.ts';

export interface ModelDeskOptions extends Omit<
  ModelFetcherOptions,
  'files' | 'installed' | 'partials' | 'catalogue' | 'onSpeed'
> {
  /** `HOME/models`. */
  readonly folder: string;
  readonly catalogue: {
    readonly value: ModelFetcherOptions['catalogue'];
    readonly origin: 'built_in' | 'publisher';
  };
  /** Keeps a signed catalogue for the next start, if it is one and newer. */
  readonly keepCatalogue: (text: string) => Promise<CatalogueOffer>;
  readonly use: ModelUse;
  readonly machine: () => Pick<MachineView, 'totalBytes' | 'modelBytes' | 'graphics'>;
  /** Bytes per second that the memory gives, from the benchmark; null before it. Models get a part of it. */
  readonly bandwidth: () => number | null;
  /** Whether every byte is paid for; null where the system does not tell. */
  readonly metered: () => boolean | null;
  /** What models would be paid for. */
  readonly outlook: () => Outlook;
}

export type ModelHandlers = Pick<CommandHandlers, Exclude<ModelCommandName, `try.${string}`>>;

/** The swarm, and what was measured here. */
export interface Outlook {
  readonly market: Market;
  /** Digests of the models that the joined swarm pays; null while it does not tell. */
  readonly admitted: ReadonlySet<string> | null;
  readonly measured: Measured;
  /** Bytes per second from elsewhere, as the benchmark saw it; null while unknown. */
  readonly bytesPerSecond: number | null;
}

/** An answer to the interface comes within this; longer work goes on and is asked for again. */
const answerWithinMs = 20_000;

/** Models whose runs say something about speed are at least so large. */
const tellingBytes = 50e6;

/** Front door of the model library: catalogue, verdicts, downloads, imports, checks. */
export class ModelDesk {
  readonly #options: ModelDeskOptions;
  readonly #installed: Installed;
  readonly #files: DownloadFolder;
  readonly #fetcher: ModelFetcher;
  readonly #queue: DownloadQueue;
  readonly #lessons: MemoryLessons;
  readonly #link: LinkLesson;
  readonly #checks: Verifications;
  readonly #repairs: Repairs;
  readonly #listeners = new Set<() => void>();

  constructor(options: ModelDeskOptions) {
    this.#options = options;
    const { clock, logger, library, use, folder, catalogue } = options;
    this.#installed = new Installed(library, use, (digest) => this.#queue.brings(digest));
    this.#files = new DownloadFolder(path.join(folder, 'downloads'));
    this.#lessons = new MemoryLessons(path.join(folder, 'memory.json'));
    this.#link = new LinkLesson(path.join(folder, 'link.json'));
    this.#checks = new Verifications(clock, (digest) => library.verify(digest));
    this.#fetcher = new ModelFetcher({
      ...options,
      catalogue: catalogue.value,
      files: this.#files,
      installed: this.#installed,
      partials: () => this.#queue.list(),
      onSpeed: (bytes, millis) => this.#learnSpeed(bytes, millis),
    });
    this.#queue = new DownloadQueue({
      folder: this.#files,
      clock,
      logger,
      run: (record, hooks, signal) => this.#fetcher.run(record, hooks, signal),
      held: () => this.#held(),
      onChange: () => {
        for (const listener of this.#listeners) listener();
      },
    });
    const { settings } = options;
    const installed = this.#installed;
    const parts = { library, installed, use, queue: this.#queue, files: this.#files, settings, clock };
    this.#repairs = new Repairs({ ...parts, catalogue: catalogue.value });
  }

  /** Reads what is there; nothing is fetched yet. */
  async open(): Promise<void> {
    await this.#options.token.load();
    await this.#queue.open();
    await this.#installed.refresh();
  }

  /** Goes on with downloads of earlier runs, and brings back files that were damaged meanwhile. */
  start(): void {
    this.settingsChanged();
    this.#queue.start();
    for (const digest of this.#installed.broken) void this.#bringBack(digest);
  }

  /** Settings, or whether the link is metered, may have changed. */
  settingsChanged(): void {
    this.#fetcher.limit(this.#options.settings()['downloads.bytesPerSecond']);
    void this.#queue.review();
  }

  /** The installed models, and what is told when they change. */
  get installed(): Installed {
    return this.#installed;
  }

  downloads(): readonly Download[] {
    return this.#queue.list();
  }

  onDownloads(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What a load really took, for later estimates. */
  learn(model: InstalledModel, load: { contextSize: number; slots: number; measuredBytes: number }): void {
    const cells = load.contextSize * load.slots;
    const { mainBytes, graphicsBytes } = planGraphics(model, cells, this.#options.machine().graphics);
    const predictedBytes = mainBytes + graphicsBytes;
    const { digest, quantisation, sizeBytes } = model;
    try {
      const at = this.#options.clock.now();
      this.#lessons.add({ digest, quantisation, sizeBytes, predictedBytes, measuredBytes: load.measuredBytes, at });
    } catch (error) {
      this.#options.logger.warn('A lesson about memory could not be kept.', { reason: String(error) });
    }
  }

  /** By how much the estimate of a model's memory is off here, as far as loads have shown; 1 before. */
  correctionOf(model: InstalledModel): number {
    return correctionFor(model, this.#lessons.all).factor;
  }

  /** A model whose file was found to be damaged: puts that right where it can. Throws a SwarmError `model_unknown`. */
  repair(digest: string): Promise<Repaired> {
    return this.#repairs.repair(digest);
  }

  /** Stops what runs; it goes on at the next start. */
  async close(): Promise<void> {
    await this.#queue.close();
    this.#fetcher.close();
  }

  readonly handlers: ModelHandlers = {
    'models.catalogue': async () => this.#catalogue(),
    'models.advice': async () => this.#advice(),
    'models.updateCatalogue': async ({ text }) => {
      const offer = await this.#options.keepCatalogue(text);
      if (offer.kind === 'refused') return offer;
      return { kind: 'accepted', edition: offer.edition, families: offer.catalogue.families?.length ?? 0 };
    },
    'models.inspect': async ({ source, ...wish }) => this.#inspect(source, wish),
    'models.hubFiles': async ({ familyId }) => ({
      files: await this.#fetcher.hubFiles(familyOf(familyId, this.#options.catalogue.value)),
    }),
    'models.verdict': async ({ digest }) => this.#verdictOf(this.#installed.find(digest)),
    'models.pull': async ({ source, sha256 = null, bytesPerSecond = null }) => ({
      downloadId: await this.#pull(source, { sha256, bytesPerSecond }),
    }),
    'models.add': async ({ path: file, sha256 = null }) => {
      const record = fileRecord(path.resolve(file), { sha256, addedAt: this.#options.clock.now() });
      await this.#queue.add(record);
      return { downloadId: record.downloadId };
    },
    'downloads.wait': async ({ downloadId }) =>
      (await this.#queue.wait(downloadId, answerWithinMs)) ?? { kind: 'waiting' },
    'downloads.pause': async ({ downloadId }) => {
      await this.#queue.pause(downloadId);
      return {};
    },
    'downloads.resume': async ({ downloadId }) => {
      this.#queue.resume(downloadId);
      return {};
    },
    'downloads.cancel': async ({ downloadId }) => {
      const digest = await this.#queue.cancel(downloadId);
      if (digest !== null) await this.#installed.giveUp(digest);
      return {};
    },
    'models.remove': async ({ digest }) => {
      const { name } = this.#installed.find(digest);
      if (this.#options.use.isBusy(digest)) throw new SwarmError('conflict', `${name} works on a task right now.`);
      await this.#installed.remove(digest);
      return {};
    },
    'models.verify': async ({ digest, repair }) => this.#verify(digest, repair),
    'models.storage': async () => this.#storage(),
    'models.setToken': async ({ token }) => {
      await this.#options.token.set(token);
      return {};
    },
    'models.token': async () => ({ isSet: this.#options.token.value !== null }),
  };

  async #bringBack(digest: string): Promise<void> {
    const { logger } = this.#options;
    try {
      const { kind } = await this.#repairs.repair(digest);
      logger.warn('The file of a model is damaged or gone.', { digest, repair: kind });
    } catch (error) {
      logger.error('The file of a model could not be brought back.', { digest, reason: String(error) });
    }
  }

  #here() {
    return { installed: this.#installed.all, machine: this.#machine(), lessons: this.#lessons.all };
  }

  #families() {
    return catalogueView(this.#options.catalogue.value.families ?? [], this.#here());
  }

  async #catalogue() {
    const shipped = shippedView(await this.#options.library.shipped(), this.#here());
    return { families: this.#families(), shipped, origin: this.#options.catalogue.origin };
  }

  #advice(): EarningAdvice {
    const { outlook, catalogue, use, settings } = this.#options;
    const { market, admitted, measured, bytesPerSecond } = outlook();
    const models = earningModels({
      installed: this.#installed.all,
      families: this.#families(),
      complete: new Set(completeEntries(catalogue.value).map(({ id }) => id)),
      admitted,
      private: market.private,
      measured,
      speedOf: use.speedOf,
    });
    const speed = this.#link.bytesPerSecond ?? bytesPerSecond;
    const limit = settings()['downloads.bytesPerSecond'];
    return adviseModel(models, market, speed === null || limit === null ? speed : Math.min(speed, limit));
  }

  #learnSpeed(bytes: number, millis: number): void {
    try {
      this.#link.add({ bytes, millis, at: this.#options.clock.now() });
    } catch (error) {
      this.#options.logger.warn('The speed of a download could not be kept.', { reason: String(error) });
    }
  }

  #machine(): MachineView {
    const speeds = this.#installed.all.flatMap(({ digest, sizeBytes }) => {
      const speed = sizeBytes < tellingBytes ? null : this.#options.use.speedOf(digest);
      return speed === null ? [] : [speed * sizeBytes];
    });
    const memory = this.#options.bandwidth();
    const weightBytesPerSecond =
      speeds.length > 0 ? Math.max(...speeds) : memory === null ? null : memory * usualMemoryShare;
    return { ...this.#options.machine(), weightBytesPerSecond };
  }

  #verdictOf(model: InstalledModel): FitVerdict {
    const { contextSize, ...shape } = model;
    const correction = correctionFor(model, this.#lessons.all);
    return judgeFit({ ...shape, trainedContext: contextSize }, this.#machine(), correction);
  }

  async #inspect(source: string, wish: { contextSize?: number | undefined; slots?: number | undefined }) {
    const { catalogue, settings } = this.#options;
    const { address, sha256 } = resolveSource(source, catalogue.value, settings()['downloads.hub']);
    const { header, identity } = await this.#fetcher
      .readHeader(address, AbortSignal.timeout(answerWithinMs * 2))
      .catch((error: unknown) => {
        throw lookError(error);
      });
    const { name, architecture, licence, eogIds: _, contextSize, ...facts } = header;
    const digest = identity.sha256 ?? sha256;
    const correction = correctionFor({ digest, quantisation: facts.quantisation }, this.#lessons.all);
    const verdict = judgeFit({ ...facts, trainedContext: contextSize, ...wish }, this.#machine(), correction);
    const words = { name: name.slice(0, 300), architecture: architecture.slice(0, 64), licence: licence.slice(0, 200) };
    return { facts: { ...facts, ...words, contextSize }, verdict, sha256: digest };
  }

  async #pull(source: string, how: { sha256: string | null; bytesPerSecond: number | null }): Promise<string> {
    const { catalogue, settings, clock, library } = this.#options;
    const shipped = await library.installShipped(source);
    if (shipped !== null) return this.#tellShipped(source, shipped);
    const resolved = resolveSource(source, catalogue.value, settings()['downloads.hub']);
    const record = webRecord(resolved, { ...how, addedAt: clock.now() });
    const whole = this.#installed.all.filter((model) => !this.#installed.broken.has(model.digest));
    const here = whole.find((model) =>
      record.sha256 === null ? model.source === resolved.address : model.digest === record.sha256,
    );
    if (here === undefined) await this.#queue.add(record);
    else this.#queue.addFinished(record.downloadId, storedFile(here));
    return record.downloadId;
  }

  /** What ships with the app is here before anybody could wait for it. */
  async #tellShipped(id: string, outcome: InstallOutcome): Promise<string> {
    if (outcome.kind === 'refused') {
      const isFull = outcome.code === 'storage_full' || outcome.code === 'storage_read_only';
      throw new SwarmError(isFull ? outcome.code : 'model_refused', outcome.message);
    }
    await this.#installed.refresh();
    const downloadId = downloadIdOf(`shipped\n${id}`);
    this.#queue.addFinished(downloadId, storedFile(outcome.model));
    return downloadId;
  }

  async #verify(digest: string, repair: boolean) {
    const { source } = this.#installed.find(digest);
    const state = await this.#checks.check(digest, answerWithinMs);
    if (state === 'sound' || state === 'checking' || !repair || source === 'imported') {
      return { state, downloadId: null };
    }
    const repaired = await this.#repairs.repair(digest);
    if (repaired.kind === 'fetching') return { state, downloadId: repaired.downloadId };
    return { state: await this.#checks.check(digest, answerWithinMs), downloadId: null };
  }

  async #storage() {
    const usedBytes = this.#installed.all.reduce((sum, model) => sum + model.sizeBytes, 0);
    const freeBytes = await statfs(this.#options.folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
    const budgetBytes = this.#options.settings()['models.diskBudgetBytes'];
    return { usedBytes, partialBytes: this.#partialBytes(), budgetBytes, freeBytes };
  }

  #partialBytes(): number {
    return this.#queue.list().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #held(): string | null {
    const { metered, settings } = this.#options;
    if (metered() !== true || settings()['downloads.onMetered']) return null;
    return 'Every byte is paid for on this connection. It goes on when another one is used.';
  }
}
