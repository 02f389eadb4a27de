import { createHash } from 'node:crypto';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { until } from '#test/helpers/until.ts';

const content = Buffer.concat([readFileSync(starterModel.path), Buffer.from('another digest')]);
const digest = createHash('sha256').update(content).digest('hex');

let home: ModelServiceFolder;
let server: FaultyFileServer;
beforeEach(async () => {
  server = await new FaultyFileServer(content).open();
  home = new ModelServiceFolder(server.origin);
});
afterEach(async () => {
  await home.close();
  await server.close();
});

/** Installs the model in a run of the program that ends then. */
async function installed(how: 'pulled' | 'added'): Promise<void> {
  const desk = await home.open();
  const own = path.join(home.folder, 'own.gguf');
  writeFileSync(own, content);
  const { downloadId } =
    how === 'pulled'
      ? await desk.handlers['models.pull']({ source: server.address })
      : await desk.handlers['models.add']({ path: own });
  await desk.handlers['downloads.wait']({ downloadId });
  await desk.close();
}

// A model whose file got another length was in no list after the next start, and a check of all said that all was sound.

describe('a file that is cut off', () => {
  test('stays in the list as damaged, and only what is missing is fetched again', async () => {
    await installed('pulled');
    truncateSync(home.fileOf(digest), 4_000_000);
    const desk = await home.open();
    expect(desk.installed.all).toMatchObject([{ digest }]);
    expect(await desk.handlers['models.verify']({ digest, repair: false })).toMatchObject({ state: 'damaged' });
    const before = server.sent;
    desk.start();
    await until(() => desk.installed.broken.size === 0 && desk.downloads().length === 0, 'it was brought back');
    expect(desk.installed.all).toMatchObject([{ digest, source: server.address }]);
    expect(readFileSync(home.fileOf(digest)).equals(content)).toBe(true);
    expect(server.sent - before).toBeLessThan(content.length - 3_000_000);
  });

  test('is fetched by whoever asks for the model', async () => {
    await installed('pulled');
    truncateSync(home.fileOf(digest), 4_000_000);
    const desk = await home.open();
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
    expect(readFileSync(home.fileOf(digest)).equals(content)).toBe(true);
  });

  test('that was added by hand stays in the list as damaged until it is added again', async () => {
    await installed('added');
    truncateSync(home.fileOf(digest), 4_000_000);
    const desk = await home.open();
    desk.start();
    expect(await desk.handlers['models.verify']({ digest, repair: true })).toEqual({
      state: 'damaged',
      downloadId: null,
    });
    const { downloadId } = await desk.handlers['models.add']({ path: path.join(home.folder, 'own.gguf') });
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
    expect(await desk.handlers['models.verify']({ digest, repair: false })).toMatchObject({ state: 'sound' });
  });
});

test('a file that is gone comes back, is out of the list meanwhile, and keeps when it was used', async () => {
  await installed('pulled');
  const row = home.rows.get(digest);
  if (row !== undefined) home.rows.set(digest, { ...row, lastUsedAt: 1234 });
  rmSync(home.fileOf(digest));
  server.faults.paceMs = 3;
  const desk = await home.open();
  expect(await desk.handlers['models.verify']({ digest, repair: false })).toMatchObject({ state: 'missing' });
  desk.start();
  await until(() => (desk.downloads()[0]?.bytes ?? 0) > 100_000, 'it is on its way');
  expect(desk.installed.all).toEqual([]);
  await until(() => desk.installed.all.length === 1, 'it is here again');
  expect(desk.installed.all).toMatchObject([{ digest, lastUsedAt: 1234 }]);
});

test('whoever cancels the download that brings a file back gives the model up', async () => {
  await installed('pulled');
  rmSync(home.fileOf(digest));
  server.faults.paceMs = 20;
  const desk = await home.open();
  desk.start();
  await until(() => desk.downloads().length === 1, 'it is on its way');
  await desk.handlers['downloads.cancel']({ downloadId: desk.downloads()[0]?.downloadId ?? '' });
  expect([...home.rows.keys()]).toEqual([]);
  expect(desk.installed.all).toEqual([]);
});

// Adding by hand a file that had been downloaded turned it into one that cannot be fetched again.

test.each(['whole', 'cut'])(
  'where a file was downloaded from stays known when it is added by hand while it is %s',
  async (how) => {
    await installed('pulled');
    const row = home.rows.get(digest);
    if (row !== undefined) home.rows.set(digest, { ...row, lastUsedAt: 1234 });
    if (how === 'cut') truncateSync(home.fileOf(digest), 4_000_000);
    await installed('added');
    expect(home.rows.get(digest)).toMatchObject({ source: server.address, lastUsedAt: 1234 });
    expect(readFileSync(home.fileOf(digest)).equals(content)).toBe(true);
  },
);
