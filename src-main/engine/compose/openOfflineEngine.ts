import { existsSync } from 'node:fs';
import type { CommandHandlers } from '#shared/api/commands.ts';
import type { BenchmarkSlice } from '#shared/api/hardware.ts';
import type { Download } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Logger } from '#shared/util/logger.ts';
import { lockFolder } from '#node/folderLock.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { BenchHandlers } from '#engine/api/handlers/benchHandlers.ts';
import { createEngine } from './createEngine.ts';
import { earningOutlook } from '#engine/models/advice/earningOutlook.ts';
import type { Inference } from '#engine/ports/engineContract.ts';
import { memoryBandwidth } from '#engine/machine/benchmark/memoryBandwidth.ts';
import type { ModelHandlers } from '#engine/models/ModelDesk.ts';
import { defaultName, versionOf } from './openMachineEngine.ts';
import { openFencedLauncher, openMachine } from './openMachine.ts';
import type { WorkerLauncher } from '#engine/inference/process/WorkerLauncher.ts';
import { openModels } from './openModels.ts';
import { homePaths } from '#engine/machine/platform/homePaths.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';

/** Commands that only read what is stored, and the owner's settings. */
export type StoredHandlers = Pick<
  CommandHandlers,
  'snapshot' | 'task.list' | 'task.get' | 'ledger.list' | 'reputation.path' | 'settings.set'
>;

/** What is stored in a data folder, for commands that need no running engine. */
export interface OfflineEngine {
  readonly handlers: StoredHandlers & ModelHandlers & BenchHandlers;
  /** Calls back for each change of the state; gives the function that ends this. */
  readonly onBenchmark: (listener: (slice: BenchmarkSlice) => void) => () => void;
  readonly downloads: () => readonly Download[];
  readonly close: () => Promise<void>;
}

interface OfflineOptions {
  /** Also a folder in which nothing is stored yet. */
  readonly create?: boolean;
  /** Installs the models that ship with the app, as a first start does. */
  readonly withBundled?: boolean;
}

/**
 * Opens the data folder of an engine that does not run, under its lock; nothing is connected, nothing runs.
 * Rejects with a SwarmError: `engine_not_running` when there is no data folder (unless it is to be created),
 * `already_running` when the engine is just starting or stopping.
 */
export async function openOfflineEngine(
  home: string,
  { create = false, withBundled = false }: OfflineOptions = {},
): Promise<OfflineEngine> {
  const paths = homePaths(home);
  if (!create && !existsSync(paths.database)) {
    throw new SwarmError('engine_not_running', `Nothing is stored in ${home} yet. Start with: open-swarm start`);
  }
  const lock = lockFolder(home);
  try {
    const store = openEngineStore({ file: paths.database, clock: systemClock });
    const installation = currentInstallation();
    let opened: Promise<WorkerLauncher> | null = null;
    const launcher = (): Promise<WorkerLauncher> => (opened ??= openFencedLauncher(installation));
    const { desk, shelf } = await openModels({ paths, installation, logger: silent }, store, {
      pool: null,
      settings: () => engine.slice('settings'),
      metered: () => null,
      graphics: () => null,
      bandwidth: () => memoryBandwidth(store),
      outlook: () =>
        earningOutlook(store, {
          swarm: engine.slice('swarm'),
          reputation: engine.slice('reputation'),
          admitted: engine.admitted(),
        }),
    });
    const engine = createEngine({
      clock: systemClock,
      random: systemRandom,
      logger: silent,
      home,
      store,
      version: versionOf(installation),
      defaultName: defaultName(),
      dialer: { dial: () => Promise.reject(new SwarmError('not_connected')) },
      http: { post: () => Promise.reject(new SwarmError('not_connected')) },
      inference: resting,
      machine: openMachine({ launcher, correction: (model) => desk.correctionOf(model) }),
      models: shelf,
    });
    await engine.start();
    if (withBundled) await shelf.fill();
    else await desk.open();
    return {
      handlers: { ...engine.handlers, ...desk.handlers, snapshot: async () => engine.snapshot() },
      onBenchmark: (listener) =>
        engine.onChange((slice) => {
          if (slice === 'benchmark') listener(engine.slice('benchmark'));
        }),
      downloads: () => desk.downloads(),
      close: async () => {
        await desk.close();
        await engine.stop({ drain: false });
        store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** No worker is started to look something up. */
const resting: Inference = {
  prepare: ({ digest }) =>
    Promise.resolve({ kind: 'refused', digest, code: 'disposed', message: 'Open Swarm is not running.' }),
  generate: () =>
    Promise.resolve({ kind: 'failed', code: 'disposed', message: 'Open Swarm is not running.', delivered: 0 }),
  capacity: () => [],
  onChange: () => () => {},
  dispose: () => Promise.resolve(),
};

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};
