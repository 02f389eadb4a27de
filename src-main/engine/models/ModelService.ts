import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { CommandHandlers } from '#shared/api/commands.ts';
import type { Download, ModelCommandName } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { EarningAdvisor } from './advice/EarningAdvisor.ts';
import type { Outlook } from './advice/earningOutlook.ts';
import { catalogueView } from './catalogue/catalogueView.ts';
import { familyOf } from './catalogue/knownFamily.ts';
import { resolveSource } from './catalogue/resolveSource.ts';
import type { CatalogueOffer } from './catalogue/signedCatalogue.ts';
import { Acquisitions } from './downloads/Acquisitions.ts';
import { DownloadFolder } from './downloads/DownloadFolder.ts';
import { DownloadQueue } from './downloads/DownloadQueue.ts';
import { ModelFetcher, type ModelFetcherOptions } from './downloads/ModelFetcher.ts';
import { Repairs } from './downloads/Repairs.ts';
import type { Repaired } from '#engine/ports/ModelShelf.ts';
import { DownloadSpeed } from './fit/DownloadSpeed.ts';
import { FitEstimator, type FitEstimatorOptions } from './fit/FitEstimator.ts';
import { toSwarmError } from './hub/toSwarmError.ts';
import { Installed, type ModelUse } from './library/Installed.ts';
import { shippedView } from './library/shippedView.ts';
import { Verifications } from './library/Verifications.ts';

export interface ModelServiceOptions
  extends
    Omit<ModelFetcherOptions, 'files' | 'installed' | 'partials' | 'catalogue' | 'onSpeed'>,
    Pick<FitEstimatorOptions, 'machine' | 'bandwidth'> {
  /** `HOME/models`. */
  readonly folder: string;
  readonly catalogue: {
    readonly value: ModelFetcherOptions['catalogue'];
    readonly origin: 'built_in' | 'publisher';
  };
  /** Stores a signed catalogue for the next start, if it is valid and newer. */
  readonly keepCatalogue: (text: string) => Promise<CatalogueOffer>;
  readonly use: ModelUse;
  /** Whether the connection is metered; null when unknown. */
  readonly metered: () => boolean | null;
  readonly outlook: () => Outlook;
}

export type ModelHandlers = Pick<CommandHandlers, Exclude<ModelCommandName, `try.${string}`>>;

/** Commands answer within this; longer work continues, and the caller asks again. */
const answerWithinMs = 20_000;

/** Front door of the room: the catalogue, verdicts, downloads, imports and checks of models. */
export class ModelService {
  readonly #options: ModelServiceOptions;
  readonly #installed: Installed;
  readonly #fetcher: ModelFetcher;
  readonly #queue: DownloadQueue;
  readonly #estimator: FitEstimator;
  readonly #advisor: EarningAdvisor;
  readonly #acquisitions: Acquisitions;
  readonly #checks: Verifications;
  readonly #repairs: Repairs;
  readonly #downloadListeners = new Set<() => void>();

  constructor(options: ModelServiceOptions) {
    this.#options = options;
    const { clock, logger, library, use, folder, settings } = options;
    const catalogue = options.catalogue.value;
    const installed = new Installed(library, use, (digest) => this.#queue.brings(digest));
    const files = new DownloadFolder(path.join(folder, 'downloads'));
    const downloadSpeed = new DownloadSpeed(path.join(folder, 'link.json'));
    const { speedOf } = use;
    this.#installed = installed;
    this.#checks = new Verifications(clock, (digest) => library.verify(digest));
    this.#estimator = new FitEstimator({ ...options, installed: () => installed.all, speedOf });
    this.#advisor = new EarningAdvisor({ ...options, catalogue, speedOf, downloadSpeed });
    this.#fetcher = new ModelFetcher({
      ...options,
      catalogue,
      files,
      installed,
      partials: () => this.#queue.list(),
      onSpeed: (bytes, millis) => this.#advisor.recordDownload(bytes, millis),
    });
    this.#queue = new DownloadQueue({
      folder: files,
      clock,
      logger,
      run: (record, hooks, signal) => this.#fetcher.run(record, hooks, signal),
      held: () => this.#held(),
      onChange: () => this.#downloadListeners.forEach((listener) => listener()),
    });
    const parts = { library, installed, queue: this.#queue, catalogue, settings, clock };
    this.#acquisitions = new Acquisitions(parts);
    this.#repairs = new Repairs({ ...parts, use, files });
  }

  /** Reads what is stored; fetches nothing yet. */
  async open(): Promise<void> {
    await this.#options.token.load();
    await this.#queue.open();
    await this.#installed.refresh();
  }

  /** Resumes downloads of earlier runs and repairs damaged files. */
  start(): void {
    this.settingsChanged();
    this.#queue.start();
    for (const digest of this.#installed.broken) void this.#repairOrLog(digest);
  }

  /** Call when settings, or whether the connection is metered, may have changed. */
  settingsChanged(): void {
    this.#fetcher.limit(this.#options.settings()['downloads.bytesPerSecond']);
    void this.#queue.review();
  }

  get installed(): Installed {
    return this.#installed;
  }

  downloads(): readonly Download[] {
    return this.#queue.list();
  }

  /** Calls the listener when `downloads` has changed. Returns a function that unsubscribes it. */
  onDownloads(listener: () => void): () => void {
    this.#downloadListeners.add(listener);
    return () => void this.#downloadListeners.delete(listener);
  }

  /** Records the peak memory of a loaded model, for later estimates. */
  learn(model: InstalledModel, load: { contextSize: number; slots: number; measuredBytes: number }): void {
    this.#estimator.learn(model, load);
  }

  /** Correction of the estimate of a model's memory, learnt from earlier loads; 1 before any. */
  correctionOf(model: InstalledModel): number {
    return this.#estimator.correctionOf(model);
  }

  /** Repairs a model whose file was found damaged, where that is possible. Rejects with a SwarmError `model_unknown`. */
  repair(digest: string): Promise<Repaired> {
    return this.#repairs.repair(digest);
  }

  /** Stops running downloads; they resume at the next start. */
  async close(): Promise<void> {
    await this.#queue.close();
    this.#fetcher.close();
  }

  readonly handlers: ModelHandlers = {
    'models.catalogue': async () => this.#catalogue(),
    'models.advice': async () => this.#advisor.advise(this.#installed.all, this.#families()),
    'models.updateCatalogue': async ({ text }) => {
      const offer = await this.#options.keepCatalogue(text);
      if (offer.kind === 'refused') return offer;
      return { kind: 'accepted', edition: offer.edition, families: offer.catalogue.families?.length ?? 0 };
    },
    'models.inspect': async ({ source, ...wish }) => this.#inspect(source, wish),
    'models.hubFiles': async ({ familyId }) => ({
      files: await this.#fetcher.hubFiles(familyOf(familyId, this.#options.catalogue.value)),
    }),
    'models.verdict': async ({ digest }) => this.#estimator.verdictOf(this.#installed.find(digest)),
    'models.pull': async ({ source, sha256 = null, bytesPerSecond = null }) => ({
      downloadId: await this.#acquisitions.pull(source, { sha256, bytesPerSecond }),
    }),
    'models.add': async ({ path: file, sha256 = null }) => ({
      downloadId: await this.#acquisitions.add(file, sha256),
    }),
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
      if (this.#options.use.isBusy(digest)) throw new SwarmError('conflict', `${name} is working on a task right now.`);
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

  async #repairOrLog(digest: string): Promise<void> {
    const { logger } = this.#options;
    try {
      const { kind } = await this.#repairs.repair(digest);
      logger.warn('A model file is damaged or missing.', { digest, repair: kind });
    } catch (error) {
      logger.error('A model file could not be repaired.', { digest, reason: String(error) });
    }
  }

  /** Inputs of the views of catalogue and shipped models. */
  #viewer() {
    const { measurements } = this.#estimator;
    return { installed: this.#installed.all, machine: this.#estimator.machine(), measurements };
  }

  #families() {
    return catalogueView(this.#options.catalogue.value.families ?? [], this.#viewer());
  }

  async #catalogue() {
    const shipped = shippedView(await this.#options.library.shipped(), this.#viewer());
    return { families: this.#families(), shipped, origin: this.#options.catalogue.origin };
  }

  async #inspect(source: string, wish: { contextSize?: number | undefined; slots?: number | undefined }) {
    const { catalogue, settings } = this.#options;
    const { address, sha256 } = resolveSource(source, catalogue.value, settings()['downloads.hub']);
    const { header, identity } = await this.#fetcher
      .readHeader(address, AbortSignal.timeout(answerWithinMs * 2))
      .catch((error: unknown) => {
        throw toSwarmError(error);
      });
    const { name, architecture, licence, eogIds: _, contextSize, ...facts } = header;
    const digest = identity.sha256 ?? sha256;
    const { quantisation } = facts;
    const verdict = this.#estimator.judge({ ...facts, trainedContext: contextSize, ...wish }, { digest, quantisation });
    const texts = { name: name.slice(0, 300), architecture: architecture.slice(0, 64), licence: licence.slice(0, 200) };
    return { facts: { ...facts, ...texts, contextSize }, verdict, sha256: digest };
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
    const partialBytes = this.#queue.list().reduce((sum, { bytes }) => sum + bytes, 0);
    return { usedBytes, partialBytes, budgetBytes, freeBytes };
  }

  /** Why downloads from the web must wait, as a sentence; null when they may run. */
  #held(): string | null {
    const { metered, settings } = this.#options;
    if (metered() !== true || settings()['downloads.onMetered']) return null;
    return 'This connection is metered. The download resumes on an unmetered one.';
  }
}
