import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { HubToken } from '#engine/models/hub/HubToken.ts';
import { ModelService } from '#engine/models/ModelService.ts';
import { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import type { StoredModel } from '#engine/ports/ModelRecords.ts';
import { readCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import { openModelShelf } from '#engine/models/openModelShelf.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { benchmarkReport } from '#test/helpers/benchmarkReport.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { until } from '#test/helpers/until.ts';

vi.setConfig({ testTimeout: 120_000 });

const content = Buffer.concat([readFileSync(starterModel.path), Buffer.from('another digest')]);
const digest = createHash('sha256').update(content).digest('hex');

let folder = '';
let server: FaultyFileServer;
let pool: InferencePool;
let desk: ModelService;
let loader: ModelShelfLoader;
/** States of the models as the interface saw them, each change once. */
let seen: string[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-damaged-'));
  server = await new FaultyFileServer(content).open();
  pool = openPool();
  const rows = new Map<string, StoredModel>();
  const catalogue = await readCatalogue(path.resolve('resources/catalogue.json'));
  const library = new ModelLibrary({
    folder: path.join(folder, 'models'),
    bundledFolder: path.resolve('resources/models'),
    catalogue,
    records: {
      list: async () => [...rows.values()],
      save: async (row) => void rows.set(row.digest, row),
      remove: async (removed) => void rows.delete(removed),
    },
    clock: systemClock,
    logger: silentLogger,
  });
  desk = new ModelService({
    folder: path.join(folder, 'models'),
    library,
    catalogue: { value: catalogue, origin: 'built_in' },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    env: {},
    settings: () => ({ ...sampleSnapshot().settings, 'downloads.hub': server.origin }),
    token: new HubToken(folder, new FileSecrets(folder)),
    use: { isBusy: () => false, release: (one) => pool.forget(one), speedOf: () => null },
    machine: () => ({ totalBytes: 16e9, modelBytes: 8e9, graphics: null }),
    bandwidth: () => null,
    metered: () => null,
    keepCatalogue: async () => ({ kind: 'refused', why: 'There is no publisher here.' }),
    outlook: () => ({
      market: { health: null, private: true, level: 'novice' },
      admitted: null,
      measured: benchmarkReport({ models: [] }),
      bytesPerSecond: null,
    }),
  });
  const shelf = openModelShelf(library, desk);
  loader = new ModelShelfLoader(shelf, pool, silentLogger);
  loader.setKeepAlive(null);
  await shelf.fill();
  seen = [];
  const look = (): void => {
    const states = loader.slices().map(({ state }: ModelSlice) => state);
    if (states.length === 1 && seen.at(-1) !== states[0]) seen.push(states[0] ?? '');
  };
  pool.onChange(look);
  // As the engine does: what changed on the shelf is loaded.
  shelf.onChange(() => {
    look();
    void loader.load();
  });
});

afterEach(async () => {
  loader.stop();
  await pool.dispose();
  await desk.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes over a few bytes in the middle of a model's file, as a bad disk would. */
async function damage({ path: file }: Pick<InstalledModel, 'path'>): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.write(Buffer.from('not weights'), 0, 11, 3_000_000);
}

function onlyModel(): InstalledModel {
  const [model, ...others] = desk.installed.all;
  if (model === undefined || others.length > 0) throw new Error('There is not one model');
  return model;
}

const isReady = (): boolean => loader.slices().some(({ state }) => state === 'ready');

describe('a model file that was damaged after it was installed', () => {
  test('of a model that ships with the app is copied anew, and serves', async () => {
    await damage(onlyModel());
    loader.start();
    await until(isReady, 'it serves');
    expect(seen).toEqual(['idle', 'loading', 'damaged', 'repairing', 'loading', 'ready']);
    expect(loader.slices()).toMatchObject([{ digest: starterModel.digest, problem: null }]);
    expect(readFileSync(onlyModel().path).equals(readFileSync(starterModel.path))).toBe(true);
    expect((await record(pool, starterRequest({ model: onlyModel() }))).end.kind).toBe('ended');
  });

  test('that was downloaded gets its damaged chunk again, and serves', async () => {
    await desk.handlers['models.remove']({ digest: starterModel.digest });
    desk.start();
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
    const model = onlyModel();
    await damage(model);
    const before = server.sent;
    loader.start();
    await until(isReady, 'it serves');
    expect(readFileSync(model.path).equals(content)).toBe(true);
    expect(server.sent - before).toBeLessThan(content.length / 2);
    expect(loader.slices()).toMatchObject([{ digest, state: 'ready', problem: null }]);
    expect((await record(pool, starterRequest({ model: onlyModel() }))).end.kind).toBe('ended');
  });

  test('that was added by hand stays damaged, with what to do', async () => {
    await desk.handlers['models.remove']({ digest: starterModel.digest });
    desk.start();
    const { downloadId } = await desk.handlers['models.add']({ path: starterModel.path });
    await desk.handlers['downloads.wait']({ downloadId });
    await damage(onlyModel());
    loader.start();
    await until(
      () => loader.slices()[0]?.problem?.includes('add the original file again') === true,
      'it says what to do',
    );
    expect(loader.slices()).toMatchObject([{ state: 'damaged' }]);
    expect(existsSync(onlyModel().path)).toBe(true);
  });

  test('and whose new copy is damaged too is not copied for ever', async () => {
    await damage(onlyModel());
    const repair = vi.spyOn(desk, 'repair').mockImplementation(async () => ({ kind: 'sound' }));
    loader.start();
    await until(() => repair.mock.calls.length === 1 && seen.at(-1) === 'damaged', 'it gave up');
    await loader.load();
    expect(repair.mock.calls.length).toBe(1);
    expect(loader.slices()).toMatchObject([{ state: 'damaged' }]);
  });
});
