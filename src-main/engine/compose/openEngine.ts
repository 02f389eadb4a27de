import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Installation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import { lateBinding } from '#shared/util/lateBinding.ts';
import type { Engine } from '#engine/api/Engine.ts';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { memoryBandwidth } from '#engine/machine/benchmark/memoryBandwidth.ts';
import { earningOutlook } from '#engine/models/advice/earningOutlook.ts';
import { restingInference } from '#engine/ports/inference/Inference.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { fileVault } from '#engine/swarmLink/identity/fileVault.ts';
import { composeEngine } from './composeEngine.ts';
import type { DataFolder } from './DataFolder.ts';
import type { EnginePorts } from './EnginePorts.ts';
import { type OpenModels, openModels } from './openModels.ts';

type OwnPorts =
  | 'clock'
  | 'random'
  | 'logger'
  | 'home'
  | 'store'
  | 'version'
  | 'defaultName'
  | 'inference'
  | 'models'
  | 'secrets'
  | 'identityVault';

/** The parts of the machine that an engine uses; few of them when it only reads what is stored. */
export interface MachineUse extends Omit<EnginePorts, OwnPorts> {
  /** Null: no model runs. */
  readonly pool: InferencePool | null;
  /** The graphics card that models may use; null without one. */
  readonly graphics: GraphicsShare | null;
}

/** An engine over a data folder, with its model library. */
export interface OpenEngine extends OpenModels {
  readonly engine: Engine;
  readonly version: string;
}

/** Opens the engine of a data folder; nothing is started. The caller closes the store. */
export async function openEngine(folder: DataFolder, store: EngineStore, use: MachineUse): Promise<OpenEngine> {
  const { paths, installation, logger } = folder;
  const { pool, graphics, ...machinePorts } = use;
  const secrets = new FileSecrets(paths.home);
  // The library asks the engine for settings and prices, and the engine lists the models of the library.
  const engine = lateBinding<Engine>('engine');
  const models = await openModels(folder, store, {
    secrets,
    pool,
    graphics,
    settings: () => engine.value.slice('settings'),
    metered: () => {
      const { network } = machinePorts.senses.readings();
      return network.known ? network.value.metered : null;
    },
    bandwidth: () => memoryBandwidth(store),
    outlook: () =>
      earningOutlook(store, {
        swarm: engine.value.slice('swarm'),
        reputation: engine.value.slice('reputation'),
        admitted: engine.value.admitted(),
      }),
  });
  const version = versionOf(installation);
  engine.bind(
    composeEngine({
      ...machinePorts,
      clock: systemClock,
      random: systemRandom,
      logger,
      home: paths.home,
      store,
      version,
      defaultName: os.hostname().slice(0, 64) || 'Open Swarm node',
      inference: pool ?? restingInference,
      models: models.shelf,
      secrets,
      identityVault: fileVault(paths.home),
    }),
  );
  return { ...models, engine: engine.value, version };
}

const PackageFile = z.object({ version: z.string().max(32) });

/** The version in the package file of the product. */
function versionOf(installation: Installation): string {
  const text = readFileSync(path.join(installation.root, 'package.json'), 'utf8');
  return PackageFile.parse(JSON.parse(text)).version;
}
