import { mkdir } from 'node:fs/promises';
import type { DownloadFolder } from '#engine/models/downloads/DownloadRecord.ts';
import type { DownloadQueue } from '#engine/models/downloads/DownloadQueue.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { Clock } from '#shared/util/clock.ts';
import { webRecord } from '#engine/models/downloads/downloadRecords.ts';
import type { Repaired } from '#engine/ports/ModelShelf.ts';
import type { Installed, ModelUse } from './Installed.ts';
import type { ModelLibrary } from './ModelLibrary.ts';
import { resolveSource } from '#engine/models/hub/resolveSource.ts';

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

/** Brings damaged model files back from where they came. */
export class Repairs {
  readonly #options: RepairsOptions;

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /** Takes the model out of memory, looks at its file, and replaces it when it is damaged. Throws a SwarmError `model_unknown`. */
  async repair(digest: string): Promise<Repaired> {
    const { library, installed, use } = this.#options;
    const { source, name } = installed.find(digest);
    if (source === 'imported') {
      const reason = `The file of ${name} is damaged. Remove the model and add it again from where you have it.`;
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

  /** A damaged file goes back to where it was downloaded: there only its damaged chunks are fetched. */
  async #fetchAgain(digest: string, source: string): Promise<string> {
    const { library, installed, queue, files, catalogue, settings, clock } = this.#options;
    const resolved = resolveSource(source, catalogue, settings()['downloads.hub']);
    const record = webRecord(resolved, { sha256: digest, bytesPerSecond: null, addedAt: clock.now() });
    const { downloadId } = record;
    await mkdir(files.folder, { recursive: true, mode: 0o700 });
    await library.takeApart(digest, { part: files.partFile(downloadId), journal: files.journalFile(downloadId) });
    await queue.add(record);
    await installed.refresh();
    return downloadId;
  }
}
