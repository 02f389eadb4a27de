import os from 'node:os';
import { ulid } from 'ulid';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { lateBinding } from '#shared/util/lateBinding.ts';
import type { Engine } from '#engine/api/Engine.ts';
import { openSenses } from '#engine/contribution/sensors/openSenses.ts';
import { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { gigabytesPerSecond } from '#engine/machine/benchmark/memoryBandwidth.ts';
import { findGraphics } from '#engine/machine/hardware/findGraphics.ts';
import { computerMemory, memoryForModels } from '#engine/machine/platform/computerMemory.ts';
import { openKeepAwake } from '#engine/machine/platform/openKeepAwake.ts';
import type { ModelService } from '#engine/models/ModelService.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { SocketIoDialer } from '#engine/swarmLink/client/socketIoTransport.ts';
import { fetchHttp } from '#engine/swarmLink/membership/fetchHttp.ts';
import type { DataFolder } from './DataFolder.ts';
import { openEngine } from './openEngine.ts';
import { findProcessor, openFencedLauncher, openMachine, usableCores } from './openMachine.ts';

/** The engine on the real machine, not yet started. */
export interface MachineEngine {
  readonly engine: Engine;
  /** Commands about models; its `start` resumes downloads of earlier runs. */
  readonly models: ModelService;
  readonly version: string;
  /** Problems with the models that ship with the app, as sentences. */
  readonly modelProblems: readonly string[];
  /** Ends the workers and closes the store; after the engine was stopped. */
  close(): Promise<void>;
}

/** Opens the engine on the real machine: workers as processes, models in the data folder, coordinators over Socket.IO. */
export async function openMachineEngine(folder: DataFolder): Promise<MachineEngine> {
  const { paths, installation, logger } = folder;
  const store = openEngineStore({ file: paths.database, clock: systemClock });
  try {
    const [processor, launcher] = await Promise.all([findProcessor(), openFencedLauncher(installation, logger)]);
    const graphics = await findGraphics(launcher, systemClock);
    if (graphics !== null) logger.info('Models use the graphics card.', { ...graphics });
    const senses = openSenses(systemClock, installation);
    const cores = usableCores(processor);
    // The pool asks the library how much memory models took, and the library asks the pool which models run.
    const library = lateBinding<ModelService>('model library');
    const pool = new InferencePool({
      launcher,
      cores,
      graphics: () => graphics,
      correction: (model) => library.value.correctionOf(model),
      clock: systemClock,
      random: systemRandom,
      logger: logger.child({ room: 'inference' }),
      memoryFor: (ownersLimit) => memoryForModels(ownersLimit),
      processors: os.availableParallelism(),
    });
    const { engine, desk, shelf, version } = await openEngine(folder, store, {
      pool,
      graphics,
      senses,
      keepAwake: openKeepAwake(),
      dialer: new SocketIoDialer({ clock: systemClock, newId: () => ulid() }),
      http: fetchHttp,
      machine: openMachine({
        launcher: async () => launcher,
        graphics: async () => graphics,
        correction: (model) => library.value.correctionOf(model),
      }),
      computer: () => ({
        processor: processor?.model ?? 'unknown',
        cores,
        memoryBytes: computerMemory(),
        graphicsBytes: graphics?.freeBytes ?? null,
        memoryGBs: gigabytesPerSecond(store),
      }),
      processor: processor?.model ?? null,
    });
    library.bind(desk);
    const modelProblems = await shelf.fill();
    const unsubscribe = [
      engine.onChange((slice) => {
        if (slice === 'settings') desk.settingsChanged();
      }),
      senses.onNetworkChange(() => desk.settingsChanged()),
    ];
    const close = async (): Promise<void> => {
      for (const stop of unsubscribe) stop();
      await desk.close();
      await pool.dispose();
      store.close();
    };
    return { engine, models: desk, version, modelProblems, close };
  } catch (error) {
    store.close();
    throw error;
  }
}
