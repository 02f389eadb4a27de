import { existsSync } from 'node:fs';
import type { CommandHandlers } from '#shared/api/commands.ts';
import type { Download } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Logger } from '#shared/util/logger.ts';
import { lockFolder } from '#node/folderLock.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { createEngine } from './createEngine.ts';
import type { Inference } from './engineContract.ts';
import type { ModelHandlers } from './models/ModelDesk.ts';
import { defaultName, versionOf } from './openMachineEngine.ts';
import { openModels } from './openModels.ts';
import { homePaths } from './platform/homePaths.ts';
import { openEngineStore } from './store/openEngineStore.ts';

/** Commands that only read what is stored, and the owner's settings. */
export type StoredHandlers = Pick<
  CommandHandlers,
  'snapshot' | 'task.list' | 'task.get' | 'ledger.list' | 'reputation.path' | 'settings.set'
>;

/** What is stored in a data folder, for commands that need no running engine. */
export interface OfflineEngine {
  readonly handlers: StoredHandlers & ModelHandlers;
  readonly downloads: () => readonly Download[];
  readonly close: () => Promise<void>;
}

/**
 * Opens the data folder of an engine that does not run, under its lock; nothing is connected, nothing runs.
 * Rejects with a SwarmError: `engine_not_running` when there is no data folder (unless it is to be created),
 * `already_running` when the engine is just starting or stopping.
 */
export async function openOfflineEngine(
  home: string,
  { create = false }: { create?: boolean } = {},
): Promise<OfflineEngine> {
  const paths = homePaths(home);
  if (!create && !existsSync(paths.database)) {
    throw new SwarmError('engine_not_running', `Nothing is stored in ${home} yet. Start with: open-swarm start`);
  }
  const lock = lockFolder(home);
  try {
    const store = openEngineStore({ file: paths.database, clock: systemClock });
    const installation = currentInstallation();
    const { desk, shelf } = await openModels({ paths, installation, logger: silent }, store, {
      pool: null,
      settings: () => engine.slice('settings'),
      metered: () => null,
      bandwidth: () => null,
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
      models: shelf,
    });
    await engine.start();
    await desk.open();
    return {
      handlers: { ...engine.handlers, ...desk.handlers, snapshot: async () => engine.snapshot() },
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
