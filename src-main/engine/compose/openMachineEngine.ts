import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { Installation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { fetchHttp } from '#engine/swarmLink/membership/fetchHttp.ts';
import { SocketIoDialer } from '#engine/swarmLink/client/socketIoTransport.ts';
import { createEngine } from './createEngine.ts';
import { earningOutlook } from '#engine/models/advice/earningOutlook.ts';
import { findGraphics } from '#engine/machine/hardware/findGraphics.ts';
import type { Engine } from '#engine/ports/engineContract.ts';
import { InferencePool, type InferencePoolOptions } from '#engine/inference/pool/InferencePool.ts';
import { gigabytesPerSecond, memoryBandwidth } from '#engine/machine/benchmark/memoryBandwidth.ts';
import type { ModelDesk } from '#engine/models/ModelDesk.ts';
import { type OpenModels, openModels } from './openModels.ts';
import { computerMemory, memoryForModels } from '#engine/machine/platform/computerMemory.ts';
import type { HomePaths } from '#engine/machine/platform/homePaths.ts';
import { openKeepAwake } from '#engine/machine/platform/openKeepAwake.ts';
import { findProcessor, openFencedLauncher, openMachine, usableCores } from './openMachine.ts';
import { openSenses } from '#engine/contribution/sensors/openSenses.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';

export interface MachineOptions {
  readonly paths: HomePaths;
  readonly installation: Installation;
  readonly logger: Logger;
}

/** The engine on the real machine, not yet started. */
export interface MachineEngine {
  readonly engine: Engine;
  /** Commands about models; `start` goes on with downloads of earlier runs. */
  readonly models: ModelDesk;
  readonly version: string;
  /** What was wrong with the models that ship with the app, as sentences. */
  readonly modelProblems: readonly string[];
  /** Ends the workers; after the engine was stopped. */
  close(): Promise<void>;
}

/** Puts the real ports together: workers as processes, models in the data folder, coordinators over Socket.IO. */
export async function openMachineEngine({ paths, installation, logger }: MachineOptions): Promise<MachineEngine> {
  const store = openEngineStore({ file: paths.database, clock: systemClock });
  try {
    const [cpu, { launcher, graphics }] = await Promise.all([findProcessor(), openWorkers(installation, logger)]);
    const senses = openSenses(systemClock, installation);
    const cores = usableCores(cpu);
    const inference: InferencePool = openInference({
      launcher,
      logger,
      cores,
      graphics: () => graphics,
      correction: (model) => desk.correctionOf(model),
    });
    const { desk, shelf }: OpenModels = await openModels({ paths, installation, logger }, store, {
      pool: inference,
      settings: () => engine.slice('settings'),
      metered: () => {
        const { network } = senses.readings();
        return network.known ? network.value.metered : null;
      },
      graphics: () => graphics,
      bandwidth: () => memoryBandwidth(store),
      outlook: () =>
        earningOutlook(store, {
          swarm: engine.slice('swarm'),
          reputation: engine.slice('reputation'),
          admitted: engine.admitted(),
        }),
    });
    const version = versionOf(installation);
    const engine = createEngine({
      clock: systemClock,
      random: systemRandom,
      logger,
      home: paths.home,
      store,
      version,
      defaultName: defaultName(),
      dialer: new SocketIoDialer({ clock: systemClock, newId: () => ulid() }),
      http: fetchHttp,
      inference,
      models: shelf,
      senses,
      keepAwake: openKeepAwake(),
      machine: openMachine({
        launcher: async () => launcher,
        graphics: async () => graphics,
        correction: (model) => desk.correctionOf(model),
      }),
      computer: () => ({
        processor: cpu?.model ?? 'unknown',
        cores,
        memoryBytes: computerMemory(),
        graphicsBytes: graphics?.freeBytes ?? null,
        memoryGBs: gigabytesPerSecond(store),
      }),
      processor: cpu?.model ?? null,
    });
    const modelProblems = await shelf.fill();
    const stopListening = [
      engine.onChange((slice) => {
        if (slice === 'settings') desk.settingsChanged();
      }),
      senses.onNetworkChange(() => desk.settingsChanged()),
    ];
    const close = async (): Promise<void> => {
      for (const stop of stopListening) stop();
      await desk.close();
      await inference.dispose();
      store.close();
    };
    return { engine, models: desk, version, modelProblems, close };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** What starts workers, and the card that they may use. */
async function openWorkers(installation: Installation, logger: Logger) {
  const launcher = await openFencedLauncher(installation, logger);
  const graphics = await findGraphics(launcher, systemClock);
  if (graphics !== null) logger.info('Models use the graphics card.', { ...graphics });
  return { launcher, graphics };
}

type InferenceParts = Pick<InferencePoolOptions, 'launcher' | 'logger' | 'cores' | 'graphics' | 'correction'>;

function openInference({ logger, ...parts }: InferenceParts): InferencePool {
  return new InferencePool({
    ...parts,
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ room: 'inference' }),
    memoryFor: (ownersLimit) => memoryForModels(ownersLimit),
    processors: os.availableParallelism(),
  });
}

/** Name of a node whose owner chose none. */
export function defaultName(): string {
  return os.hostname().slice(0, 64) || 'Open Swarm node';
}

const PackageFile = z.object({ version: z.string().max(32) });

/** The product's version, as its package says. */
export function versionOf(installation: Installation): string {
  const text = readFileSync(path.join(installation.root, 'package.json'), 'utf8');
  return PackageFile.parse(JSON.parse(text)).version;
}
