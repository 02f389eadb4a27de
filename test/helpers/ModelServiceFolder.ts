import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { HubToken } from '#engine/models/hub/HubToken.ts';
import type { Outlook } from '#engine/models/advice/earningOutlook.ts';
import { ModelService, type ModelServiceOptions } from '#engine/models/ModelService.ts';
import { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import type { StoredModel } from '#engine/ports/ModelRecords.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { benchmarkReport } from './benchmarkReport.ts';
import { sampleSnapshot } from './sampleSnapshot.ts';
import { silentLogger } from './silentLogger.ts';

/** A folder with a model library, whose desk is opened as often as a program would be started. */
export class ModelServiceFolder {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-desk-'));
  readonly rows = new Map<string, StoredModel>();
  settings: Settings;
  outlook: Outlook = {
    market: { health: null, private: true, level: 'novice' },
    admitted: null,
    measured: benchmarkReport({ models: [] }),
    bytesPerSecond: null,
  };
  readonly #open: ModelService[] = [];

  /** `hub`: origin of the server that takes the place of the public one. */
  constructor(hub: string) {
    this.settings = { ...sampleSnapshot().settings, 'downloads.hub': hub };
  }

  /** The library over this folder, as each run of the program makes one. */
  library(catalogue: Catalogue = { version: 1, models: [] }): ModelLibrary {
    return new ModelLibrary({
      folder: path.join(this.folder, 'models'),
      bundledFolder: path.resolve('resources/models'),
      catalogue,
      records: {
        list: async () => [...this.rows.values()],
        save: async (row) => void this.rows.set(row.digest, row),
        remove: async (removed) => void this.rows.delete(removed),
      },
      clock: systemClock,
      logger: silentLogger,
    });
  }

  /** The desk of one run of the program. */
  async open(change: Partial<ModelServiceOptions> = {}): Promise<ModelService> {
    const catalogue: Catalogue = change.catalogue?.value ?? { version: 1, models: [] };
    const desk = new ModelService({
      folder: path.join(this.folder, 'models'),
      library: this.library(catalogue),
      catalogue: { value: catalogue, origin: 'built_in' },
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      env: {},
      settings: () => this.settings,
      token: new HubToken(this.folder, new FileSecrets(this.folder)),
      use: { isBusy: () => false, release: async () => {}, speedOf: () => null },
      machine: () => ({ totalBytes: 16e9, modelBytes: 8e9, graphics: null }),
      bandwidth: () => null,
      metered: () => null,
      outlook: () => this.outlook,
      keepCatalogue: async () => ({ kind: 'refused', why: 'There is no publisher here.' }),
      ...change,
    });
    this.#open.push(desk);
    await desk.open();
    return desk;
  }

  fileOf(digest: string): string {
    return path.join(this.folder, 'models', `${digest}.gguf`);
  }

  /** Where the bytes of a download lie until it is installed. */
  partOf(downloadId: string): string {
    return path.join(this.folder, 'models', 'downloads', `${downloadId}.part`);
  }

  /** Closes every desk and deletes the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((desk) => desk.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
