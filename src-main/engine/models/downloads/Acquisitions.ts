import path from 'node:path';
import type { Settings } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { Clock } from '#shared/util/clock.ts';
import { resolveSource } from '#engine/models/catalogue/resolveSource.ts';
import { type Installed, storedFile } from '#engine/models/library/Installed.ts';
import type { InstallOutcome, ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import type { DownloadQueue } from './DownloadQueue.ts';
import { downloadIdOf, fileRecord, webRecord } from './DownloadRecord.ts';

export interface AcquisitionsOptions {
  readonly library: ModelLibrary;
  readonly installed: Installed;
  readonly queue: DownloadQueue;
  readonly catalogue: Catalogue;
  readonly settings: () => Settings;
  readonly clock: Clock;
}

/** Gets models on request: by download, by copying a file, or from the files that ship with the app. */
export class Acquisitions {
  readonly #options: AcquisitionsOptions;

  constructor(options: AcquisitionsOptions) {
    this.#options = options;
  }

  /**
   * Starts to download a model, unless it is installed already. Returns the download's id. Rejects with a SwarmError when
   * the source is not understood or a model that ships with the app cannot be installed.
   */
  async pull(source: string, how: { sha256: string | null; bytesPerSecond: number | null }): Promise<string> {
    const { catalogue, settings, clock, library, installed, queue } = this.#options;
    const outcome = await library.installShipped(source);
    if (outcome !== null) return this.#finishShipped(source, outcome);
    const resolved = resolveSource(source, catalogue, settings()['downloads.hub']);
    const record = webRecord(resolved, { ...how, addedAt: clock.now() });
    const intact = installed.all.filter((model) => !installed.broken.has(model.digest));
    const present = intact.find((model) =>
      record.sha256 === null ? model.source === resolved.address : model.digest === record.sha256,
    );
    if (present === undefined) await queue.add(record);
    else queue.addFinished(record.downloadId, storedFile(present));
    return record.downloadId;
  }

  /** Starts to copy a file of this machine into the library. Returns the download's id. */
  async add(file: string, sha256: string | null): Promise<string> {
    const { queue, clock } = this.#options;
    const record = fileRecord(path.resolve(file), { sha256, addedAt: clock.now() });
    await queue.add(record);
    return record.downloadId;
  }

  /** A model that ships with the app is installed at once; its download counts as finished. */
  async #finishShipped(id: string, outcome: InstallOutcome): Promise<string> {
    const { installed, queue } = this.#options;
    if (outcome.kind === 'refused') {
      const isStorage = outcome.code === 'storage_full' || outcome.code === 'storage_read_only';
      throw new SwarmError(isStorage ? outcome.code : 'model_refused', outcome.message);
    }
    await installed.refresh();
    const downloadId = downloadIdOf(`shipped\n${id}`);
    queue.addFinished(downloadId, storedFile(outcome.model));
    return downloadId;
  }
}
