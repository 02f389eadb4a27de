import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelService } from '#engine/models/ModelService.ts';
import { catalogueFamily, catalogueRow } from '#test/helpers/catalogueRows.ts';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { HubImitation } from '#test/helpers/HubImitation.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const content = Buffer.concat([readFileSync(starterModel.path), Buffer.from('another size')]);
const digest = createHash('sha256').update(content).digest('hex');
/** Its one file is `o/r/a.gguf`; the hub has another one. */
const { family } = catalogueFamily('Known', ['chat'], [catalogueRow('known-q4_k_m', 'well', 100)]);
const catalogue = { value: { version: 1 as const, models: [], families: [family] }, origin: 'built_in' as const };

let hub: HubImitation;
let store: FaultyFileServer;
let home: ModelServiceFolder;
let desk: ModelService;

beforeEach(async () => {
  store = await new FaultyFileServer(content).open();
  hub = await new HubImitation().open();
  const size = content.length;
  const list = [{ type: 'file', path: 'known.Q6_K.gguf', oid: 'b'.repeat(40), size, lfs: { oid: digest, size } }];
  hub.answer = (request, response) => {
    if (request.url?.startsWith('/api/models/o/r/tree/main') === true) response.end(JSON.stringify(list));
    else response.writeHead(302, { location: store.address }).end();
  };
  home = new ModelServiceFolder(hub.origin);
  desk = await home.open({ catalogue });
});
afterEach(async () => {
  await home.close();
  await hub.close();
  await store.close();
});

/** The file that only the hub knows, downloaded as the interface does it. */
async function pullSize() {
  const { files } = await desk.handlers['models.hubFiles']({ familyId: family.id });
  const [file] = files;
  if (file === undefined || file.digest === null) throw new Error('the hub told no file');
  const { downloadId } = await desk.handlers['models.pull']({ source: file.address, sha256: file.digest });
  const [download] = desk.downloads();
  return { file, download, outcome: await desk.handlers['downloads.wait']({ downloadId }) };
}

test('a size that the catalogue does not name is installed as the model that it is', async () => {
  const { file, download, outcome } = await pullSize();
  expect(file).toMatchObject({ quantisation: 'Q6_K', digest, known: false, sizeBytes: content.length });
  expect(download).toMatchObject({ name: 'Known Q6_K', address: file.address, catalogueId: null });
  expect(outcome).toMatchObject({ kind: 'installed', file: { digest } });
  const { name, purpose, types, languages } = family;
  expect(desk.installed.all).toMatchObject([
    { digest, name, purpose, types, languages, id: 'known.q6_k', source: file.address, inCatalogue: false },
  ]);
  expect(await desk.handlers['models.verify']({ digest, repair: false })).toMatchObject({ state: 'sound' });
});

test('other bytes than those of the list are refused', async () => {
  store.replace(Buffer.concat([readFileSync(starterModel.path), Buffer.from('another sizf')]));
  const { outcome } = await pullSize();
  expect(outcome).toMatchObject({ kind: 'failed', code: 'digest_mismatch' });
  expect(desk.installed.all).toEqual([]);
});

test.each(['o/other/resolve/main/known.Q6_K.gguf', 'o/r/resolve/main/mmproj-Q6_K.gguf'])(
  'the file %s is none of the family',
  async (path) => {
    const { downloadId } = await desk.handlers['models.pull']({ source: `${hub.origin}/${path}` });
    await desk.handlers['downloads.wait']({ downloadId });
    const [model] = desk.installed.all;
    expect(model?.digest).toBe(digest);
    expect(model?.name).not.toBe(family.name);
  },
);

test('of an unknown model nothing is asked', async () => {
  const asked = desk.handlers['models.hubFiles']({ familyId: 'unknown' });
  await expect(asked).rejects.toMatchObject({ code: 'model_unknown' });
  expect(hub.requests).toEqual([]);
});
