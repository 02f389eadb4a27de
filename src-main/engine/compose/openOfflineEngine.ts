import { existsSync } from 'node:fs';
import type { CommandHandlers } from '#shared/api/commands.ts';
import type { BenchmarkSlice } from '#shared/api/hardware.ts';
import type { Download } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { lateBinding } from '#shared/util/lateBinding.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { lockFolder } from '#node/folderLock.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import type { BenchHandlers } from '#engine/api/handlers/benchHandlers.ts';
import { homePaths } from '#engine/machine/platform/homePaths.ts';
import type { ModelService, ModelHandlers } from '#engine/models/ModelService.ts';
import { noKeepAwake } from '#engine/ports/KeepAwake.ts';
import { noSenses } from '#engine/ports/Senses.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { openEngine } from './openEngine.ts';
import { openFencedLauncher, openMachine } from './openMachine.ts';

/** Commands that only read what is stored, and the owner's settings. */
export type StoredHandlers = Pick<
  CommandHandlers,
  'snapshot' | 'task.list' | 'task.get' | 'ledger.list' | 'reputation.path' | 'settings.set'
>;

/** A data folder, open for commands that need no running engine. */
export interface OfflineEngine {
  readonly handlers: StoredHandlers & ModelHandlers & BenchHandlers;
  /** Calls back on every change of the benchmark's state. */
  readonly onBenchmark: (listener: (slice: BenchmarkSlice) => void) => () => void;
  readonly downloads: () => readonly Download[];
  readonly close: () => Promise<void>;
}

interface OfflineOptions {
  /** Also opens a folder in which nothing is stored yet. */
  readonly create?: boolean;
  /** Installs the models that ship with the app, as a first start does. */
  readonly withBundled?: boolean;
}

/**
 * Opens the data folder of an engine that does not run, under its lock. Nothing is connected and no model runs.
 * Rejects with a SwarmError: `engine_not_running` when there is no data folder (unless `create`), `already_running` when
 * the engine is just starting or stopping.
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
    const folder = { paths, installation: currentInstallation(), logger: silentLogger };
    let opened: Promise<WorkerLauncher> | null = null;
    const library = lateBinding<ModelService>('model library');
    const { engine, desk, shelf } = await openEngine(folder, store, {
      pool: null,
      graphics: null,
      senses: noSenses,
      keepAwake: noKeepAwake,
      dialer: { dial: () => Promise.reject(new SwarmError('not_connected')) },
      http: { post: () => Promise.reject(new SwarmError('not_connected')) },
      machine: openMachine({
        launcher: () => (opened ??= openFencedLauncher(folder.installation)),
        correction: (model) => library.value.correctionOf(model),
      }),
      computer: () => null,
      processor: null,
    });
    library.bind(desk);
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
