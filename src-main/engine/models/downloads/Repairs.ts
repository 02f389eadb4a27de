import { mkdir } from 'node:fs/promises';
import type { DownloadFolder } from './DownloadFolder.ts';
import type { DownloadQueue } from './DownloadQueue.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { Clock } from '#shared/util/clock.ts';
import { webRecord } from './DownloadRecord.ts';
import type { Repaired } from '#engine/ports/ModelShelf.ts';
import type { Installed, ModelUse } from '#engine/models/library/Installed.ts';
import type { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import { resolveSource } from '#engine/models/catalogue/resolveSource.ts';

export interface RepairsOptions {
  readonly library: ModelLibrary;
  readonly installed: Installed;
  readonly use: ModelUse;
  readonly queue: DownloadQueue;
  readonly files: DownloadFolder;
  readonly catalogue: Catalogue;
  readonly settings: () => Settings;
  readonly clock: Clock;
}

/** Restores damaged model files from where they came from. */
export class Repairs {
  readonly #options: RepairsOptions;

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /**
   * Unloads the model, verifies its file, and replaces it when it is damaged. Rejects with a SwarmError
   * `model_unknown`.
   */
  async repair(digest: string): Promise<Repaired> {
    const { library, installed, use } = this.#options;
    const { source, name } = installed.find(digest);
    if (source === 'imported') {
      const reason = `The file of ${name} is damaged. Remove the model and add the original file again.`;
      return { kind: 'impossible', reason };
    }
    await use.release(digest);
    if (source === 'bundled') {
      const outcome = await library.repair(digest);
      await installed.refresh();
      return outcome.kind === 'installed' ? { kind: 'sound' } : { kind: 'impossible', reason: outcome.message };
    }
    if ((await library.verify(digest)) === 'sound') return { kind: 'sound' };
    return { kind: 'fetching', downloadId: await this.#fetchAgain(digest, source) };
  }

  /** Resumes the download from the damaged file, which fetches only its damaged chunks. */
  async #fetchAgain(digest: string, source: string): Promise<string> {
    const { library, installed, queue, files, catalogue, settings, clock } = this.#options;
    const resolved = resolveSource(source, catalogue, settings()['downloads.hub']);
    const record = webRecord(resolved, { sha256: digest, bytesPerSecond: null, addedAt: clock.now() });
    const { downloadId } = record;
    await mkdir(files.folder, { recursive: true, mode: 0o700 });
    await library.moveToDownload(digest, { part: files.partFile(downloadId), journal: files.journalFile(downloadId) });
    await queue.add(record);
    await installed.refresh();
    return downloadId;
  }
}
