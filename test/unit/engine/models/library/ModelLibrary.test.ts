import { chmod, copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelLibrary } from '#engine/models/library/ModelLibrary.ts';
import type { StoredModel } from '#engine/ports/ModelRecords.ts';
import { readCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { digestFile } from '#node/digestFile.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { sizeClassOf } from '#shared/domain/money/prices.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const bundledFolder = path.resolve('resources/models');
const { digest } = starterModel;
let home = '';
let catalogue: Catalogue;
let rows: Map<string, StoredModel>;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-models-'));
  catalogue = await readCatalogue(path.resolve('resources/catalogue.json'));
  rows = new Map();
});
afterEach(async () => {
  await chmod(home, 0o700);
  await rm(home, { recursive: true, force: true });
});

function library(change: { bundledFolder?: string; folder?: string } = {}): ModelLibrary {
  const records = {
    list: async () => [...rows.values()],
    save: async (model: StoredModel) => void rows.set(model.digest, model),
    remove: async (removed: string) => void rows.delete(removed),
  };
  const folder = path.join(home, 'models');
  return new ModelLibrary({
    folder,
    bundledFolder,
    catalogue,
    records,
    clock: new ManualClock(),
    logger: silentLogger,
    ...change,
  });
}

describe('the catalogue', () => {
  test('says of the starter model what is true of its file', async () => {
    const [entry] = catalogue.models;
    expect(entry?.digest).toBe(await digestFile(path.join(bundledFolder, `${entry?.id}.gguf`)));
    expect(starterModel).toMatchObject({ ...entry, purpose: starterModel.purpose });
    expect(entry?.sizeClass).toBe(sizeClassOf(entry?.parameters ?? 0));
  });

  test('size classes end where rules 6.2 say', () => {
    const sizes = [0.1e9, 0.5e9, 1.9e9, 2e9, 4.9e9, 5e9, 9.9e9, 10e9];
    expect(sizes.map(sizeClassOf)).toEqual(['tiny', 'small', 'small', 'medium', 'medium', 'large', 'large', 'huge']);
  });
});

describe('the first start', () => {
  test('installs the starter model, and the second finds it there', async () => {
    const [first] = await library().installBundled();
    expect(first).toMatchObject({ kind: 'installed', model: { digest, inCatalogue: true, kvBytesPerToken: 3072 } });
    const models = await library().list();
    expect(models.map((model) => model.path)).toEqual([path.join(home, 'models', `${digest}.gguf`)]);
    expect(await library().verify(digest)).toBe('sound');
    expect(await library().installBundled()).toEqual([first]);
    expect(rows.size).toBe(1);
  });

  test('after a lost index the file that is there is checked and used', async () => {
    await library().installBundled();
    rows.clear();
    const [outcome] = await library({ bundledFolder: path.join(home, 'nothing') }).installBundled();
    expect(outcome?.kind).toBe('installed');
  });

  test('clears away what an interrupted copy left', async () => {
    await mkdir(path.join(home, 'models'));
    await writeFile(path.join(home, 'models', `${digest}.gguf.part`), 'half');
    await library().installBundled();
    expect(await readdir(path.join(home, 'models'))).toEqual([`${digest}.gguf`]);
  });

  test('refuses resources with another content, and leaves nothing behind', async () => {
    const resources = path.join(home, 'resources');
    await mkdir(resources);
    const file = path.join(resources, `${catalogue.models[0]?.id}.gguf`);
    await copyFile(starterModel.path, file);
    await truncate(file, 1_000_000);
    const [outcome] = await library({ bundledFolder: resources }).installBundled();
    expect(outcome).toMatchObject({ kind: 'refused', code: 'digest_mismatch' });
    expect(await readdir(path.join(home, 'models'))).toEqual([]);
    expect(rows.size).toBe(0);
  });

  test('says when the resources are missing or the place cannot be written', async () => {
    const [missing] = await library({ bundledFolder: path.join(home, 'nothing') }).installBundled();
    expect(missing).toMatchObject({ kind: 'refused', code: 'resource_missing' });
    await writeFile(path.join(home, 'file'), '');
    const [blocked] = await library({ folder: path.join(home, 'file', 'models') }).installBundled();
    expect(blocked?.kind).toBe('refused');
  });
});

describe('a damaged file', () => {
  beforeEach(async () => {
    await library().installBundled();
    await using handle = await open(library().pathOf(digest), 'r+');
    await handle.write(Buffer.from('not weights'), 0, 11, 3_000_000);
  });

  test('is found by reading it, set aside and replaced', async () => {
    expect(await library().verify(digest)).toBe('damaged');
    expect(await library().repair(digest)).toMatchObject({ kind: 'installed' });
    expect(await library().verify(digest)).toBe('sound');
    const aside = await readFile(`${library().pathOf(digest)}.damaged`);
    expect(aside.includes('not weights')).toBe(true);
  });

  test('of a model that did not ship with the app leaves the list', async () => {
    catalogue = { version: 1, models: [] };
    expect(await library().repair(digest)).toMatchObject({ kind: 'refused', code: 'model_damaged' });
    expect(await library().list()).toEqual([]);
  });

  test('with the wrong length is told as such', async () => {
    expect(await library().stored()).toMatchObject([{ model: { digest }, file: 'whole' }]);
    await truncate(library().pathOf(digest), 10);
    expect(await library().stored()).toMatchObject([{ model: { digest }, file: 'cut' }]);
    expect(await library().list()).toEqual([]);
    await rm(library().pathOf(digest));
    expect(await library().stored()).toMatchObject([{ model: { digest }, file: 'missing' }]);
    await library().installBundled();
    expect(await library().verify(digest)).toBe('sound');
  });
});

test('a removed model is gone', async () => {
  await library().installBundled();
  await library().remove(digest);
  expect(await library().find(digest)).toBe(null);
  expect(await library().verify(digest)).toBe('missing');
});
