import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { Installation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { CpuFacts } from '#shared/domain/hardware.ts';
import type { Logger } from '#shared/util/logger.ts';
import { fetchHttp } from './coordinator/fetchHttp.ts';
import { SocketIoDialer } from './coordinator/socketIoTransport.ts';
import { createEngine } from './createEngine.ts';
import type { Engine } from './engineContract.ts';
import { systemHardwareSource } from './hardware/systemHardwareSource.ts';
import { InferencePool } from './inference/InferencePool.ts';
import { ProcessWorkerLauncher } from './inference/ProcessWorkerLauncher.ts';
import type { ModelDesk } from './models/ModelDesk.ts';
import { memoryShare, openModels } from './openModels.ts';
import type { HomePaths } from './platform/homePaths.ts';
import { openKeepAwake } from './platform/openKeepAwake.ts';
import { openSenses } from './sensors/openSenses.ts';
import { openEngineStore } from './store/openEngineStore.ts';

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

const processorWithinMs = 3000;

/** Puts the real ports together: workers as processes, models in the data folder, coordinators over Socket.IO. */
export async function openMachineEngine({ paths, installation, logger }: MachineOptions): Promise<MachineEngine> {
  const store = openEngineStore({ file: paths.database, clock: systemClock });
  try {
    const cpu = await findProcessor();
    const senses = openSenses(systemClock, installation);
    const inference = openInference(installation, logger, cpu?.physicalCores);
    const { desk, shelf } = await openModels({ paths, installation, logger }, store, {
      pool: inference,
      settings: () => engine.slice('settings'),
      metered: () => {
        const { network } = senses.readings();
        return network.known ? network.value.metered : null;
      },
      bandwidth: () => null,
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

function openInference(installation: Installation, logger: Logger, physicalCores: number | undefined): InferencePool {
  return new InferencePool({
    launcher: new ProcessWorkerLauncher({
      nodeExecutable: installation.nodeExecutable(),
      entryPoint: installation.entryPoint('worker'),
    }),
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ room: 'inference' }),
    memoryBytes: Math.floor(os.totalmem() * memoryShare),
    cores: physicalCores ?? os.availableParallelism(),
    processors: os.availableParallelism(),
  });
}

/** Name of a node whose owner chose none. */
export function defaultName(): string {
  return os.hostname().slice(0, 64) || 'Open Swarm node';
}

/** Asked of the system, which may be slow to answer. */
async function findProcessor(): Promise<CpuFacts | undefined> {
  const tooLong = Promise.withResolvers<undefined>();
  const timer = systemClock.setTimer(processorWithinMs, () => tooLong.resolve(undefined));
  try {
    return await Promise.race([systemHardwareSource.cpu(), tooLong.promise]);
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}

const PackageFile = z.object({ version: z.string().max(32) });

/** The product's version, as its package says. */
export function versionOf(installation: Installation): string {
  const text = readFileSync(path.join(installation.root, 'package.json'), 'utf8');
  return PackageFile.parse(JSON.parse(text)).version;
}
