import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelService } from '#engine/models/ModelService.ts';
import { readCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { openModelShelf } from '#engine/models/openModelShelf.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { modelCommands } from '#shared/api/models.ts';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

// The starter model was back after each restart, and could not be had again by its name.

const { digest, id } = starterModel;
let home: ModelServiceFolder;
let catalogue: Catalogue;
beforeEach(async () => {
  home = new ModelServiceFolder('https://hub.invalid');
  catalogue = await readCatalogue('resources/catalogue.json');
});
afterEach(() => home.close());

/** A start of the program. */
async function start(): Promise<ModelService> {
  const library = home.library(catalogue);
  const desk = await home.open({ library, catalogue: { value: catalogue, origin: 'built_in' } });
  expect(await openModelShelf(library, desk).fill()).toEqual([]);
  return desk;
}

test('the starter model stays away once it was removed, is offered, and comes back when it is asked for', async () => {
  const first = await start();
  expect(first.installed.all).toMatchObject([{ digest }]);
  await first.handlers['models.remove']({ digest });
  expect(existsSync(home.fileOf(digest))).toBe(false);

  const second = await start();
  expect(second.installed.all).toEqual([]);
  const offered = modelCommands['models.catalogue'].output.parse(await second.handlers['models.catalogue']({}));
  expect(offered.shipped).toMatchObject([{ id, digest, installed: false, verdict: { fit: 'well' } }]);
  const { downloadId } = await second.handlers['models.pull']({ source: id });
  expect(await second.handlers['downloads.wait']({ downloadId })).toEqual({
    kind: 'installed',
    file: { digest, bytes: starterModel.sizeBytes, path: home.fileOf(digest) },
  });
  expect(second.installed.all).toMatchObject([{ digest, source: 'bundled' }]);
  expect((await second.handlers['models.catalogue']({})).shipped).toMatchObject([{ installed: true }]);

  expect((await start()).installed.all).toMatchObject([{ digest }]);
});

test('a copy of it by hand is wanted too', async () => {
  const first = await start();
  await first.handlers['models.remove']({ digest });
  const { downloadId } = await first.handlers['models.add']({ path: starterModel.path });
  expect(await first.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
  await first.handlers['models.remove']({ digest });
  expect((await start()).installed.all).toEqual([]);
});
