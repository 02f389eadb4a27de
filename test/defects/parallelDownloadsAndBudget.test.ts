import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { until } from '#test/helpers/until.ts';

// Two downloads side by side each counted only what had arrived of the other, so that both were installed in a budget
// that one of them filled.

const content = readFileSync(starterModel.path);
const other = Buffer.concat([content, Buffer.from('other')]);

let home: ModelServiceFolder;
let servers: FaultyFileServer[];
beforeEach(async () => {
  servers = await Promise.all([content, other].map((bytes) => new FaultyFileServer(bytes).open()));
  for (const { faults } of servers) faults.paceMs = 2;
  home = new ModelServiceFolder(servers[0]?.origin ?? '');
  home.settings = { ...home.settings, 'models.diskBudgetBytes': other.length + 1000 };
});
afterEach(async () => {
  await home.close();
  await Promise.all(servers.map((server) => server.close()));
});

test('what is promised to one download is not promised to another one', async () => {
  const desk = await home.open();
  let most = 0;
  const promised = () =>
    desk.downloads().reduce((sum, { state, total, bytes }) => sum + (state === 'failed' ? bytes : (total ?? 0)), 0);
  desk.onDownloads(() => {
    most = Math.max(most, promised());
  });
  const ids = await Promise.all(
    servers.map(async ({ address }) => (await desk.handlers['models.pull']({ source: address })).downloadId),
  );
  const outcomes = await Promise.all(ids.map((downloadId) => desk.handlers['downloads.wait']({ downloadId })));
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['failed', 'installed']);
  expect(outcomes.find(({ kind }) => kind === 'failed')).toMatchObject({ code: 'budget_full' });
  expect(desk.installed.all).toHaveLength(1);
  expect(most).toBeLessThanOrEqual(other.length);
});

test('a budget that got smaller meanwhile holds when the file arrives', async () => {
  const desk = await home.open();
  const [server] = servers;
  if (server !== undefined) server.faults.paceMs = 10;
  const { downloadId } = await desk.handlers['models.pull']({ source: server?.address ?? '' });
  await until(() => desk.downloads()[0]?.state === 'downloading', 'it is under way');
  home.settings = { ...home.settings, 'models.diskBudgetBytes': 1e6 };
  expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ code: 'budget_full' });
  expect(desk.installed.all).toEqual([]);
  // It was fetched in vain, but not lost: more room, and it is here without another byte of it.
  const before = server?.sent ?? 0;
  home.settings = { ...home.settings, 'models.diskBudgetBytes': null };
  await desk.handlers['downloads.resume']({ downloadId });
  expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
  expect((server?.sent ?? 0) - before).toBeLessThan(1000);
  expect(createHash('sha256').update(content).digest('hex')).toBe(desk.installed.all[0]?.digest);
});
