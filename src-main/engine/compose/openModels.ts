import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { computerMemory, memoryForModels } from '#engine/machine/platform/computerMemory.ts';
import { catalogueFiles, chooseCatalogue, keepCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { HubToken } from '#engine/models/hub/HubToken.ts';
import { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import { type FilledShelf, openModelShelf } from '#engine/models/openModelShelf.ts';
import type { Outlook } from '#engine/models/advice/earningOutlook.ts';
import { ModelService } from '#engine/models/ModelService.ts';
import type { Secrets } from '#engine/ports/Secrets.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { DataFolder } from './DataFolder.ts';

/** The model library of a data folder, open. */
export interface OpenModels {
  readonly desk: ModelService;
  readonly shelf: FilledShelf;
}

/** Everything that the library asks of the engine around it. */
export interface ModelsAround {
  readonly secrets: Secrets;
  readonly settings: () => Settings;
  /** Null where no model runs. */
  readonly pool: InferencePool | null;
  /** True on a metered network; null when unknown. */
  readonly metered: () => boolean | null;
  /** The graphics card that models may use; null without one. */
  readonly graphics: GraphicsShare | null;
  /** Memory bandwidth in bytes per second; null before it was measured. */
  readonly bandwidth: () => number | null;
  readonly outlook: () => Outlook;
}

/** Opens the library; nothing is read or downloaded yet. Rejects when the catalogue that ships with the app is unreadable. */
export async function openModels(
  { paths, installation, logger }: DataFolder,
  store: EngineStore,
  around: ModelsAround,
): Promise<OpenModels> {
  const { secrets, pool, settings, metered, graphics, bandwidth, outlook } = around;
  const catalogues = catalogueFiles(paths.models, installation.resource);
  const catalogue = await chooseCatalogue(catalogues);
  const room = logger.child({ room: 'models' });
  const library = new ModelLibrary({
    folder: paths.models,
    bundledFolder: installation.resource('models'),
    catalogue: catalogue.value,
    records: store.models,
    clock: systemClock,
    logger: room,
  });
  const capacityOf = (digest: string) => pool?.capacity().find((one) => one.digest === digest);
  const desk = new ModelService({
    folder: paths.models,
    library,
    catalogue,
    keepCatalogue: (text) => keepCatalogue(text, catalogues),
    clock: systemClock,
    random: systemRandom,
    logger: room,
    env: process.env,
    settings,
    token: new HubToken(paths.models, secrets),
    use: {
      isBusy: (digest) => {
        const { busy = 0, waiting = 0 } = capacityOf(digest) ?? {};
        return busy + waiting > 0;
      },
      release: async (digest) => pool?.forget(digest),
      speedOf: (digest) => capacityOf(digest)?.tokensPerSecond ?? null,
    },
    machine: () => ({
      totalBytes: computerMemory(),
      modelBytes: memoryForModels(settings()['contribution.memoryLimit']),
      graphics,
    }),
    metered,
    bandwidth,
    outlook,
  });
  pool?.onChange(() => noteUse(pool, library));
  return { desk, shelf: openModelShelf(library, desk) };
}

/** Records which models are in use, so that those least used make room first. */
function noteUse(pool: InferencePool, library: ModelLibrary): void {
  for (const { digest, busy } of pool.capacity()) {
    // A record that cannot be stored costs nothing: the model only looks less used.
    if (busy > 0) library.touch(digest).catch(() => {});
  }
}
