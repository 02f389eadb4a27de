import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelService } from '#engine/models/ModelService.ts';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { until } from '#test/helpers/until.ts';

const content = readFileSync(starterModel.path);

let home: ModelServiceFolder;
let server: FaultyFileServer;
beforeEach(async () => {
  server = await new FaultyFileServer(content).open();
  server.faults.paceMs = 4;
  home = new ModelServiceFolder(server.origin);
});
afterEach(async () => {
  await home.close();
  await server.close();
});

async function pullHalf(desk: ModelService): Promise<string> {
  const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
  await until(() => (desk.downloads()[0]?.bytes ?? 0) > 1_000_000, 'a part arrived');
  return downloadId;
}

// A download that stood still said that nothing of it was here, and neither storage nor budget counted it.

test('a paused download says what is here, after a restart too, and it counts as used', async () => {
  const desk = await home.open();
  const downloadId = await pullHalf(desk);
  await desk.handlers['downloads.pause']({ downloadId });
  const [paused] = desk.downloads();
  expect(paused).toMatchObject({ state: 'paused', total: content.length });
  expect(paused?.bytes).toBeGreaterThan(1_000_000);
  expect(await desk.handlers['models.storage']({})).toMatchObject({ partialBytes: paused?.bytes });
  await desk.close();
  const later = await home.open();
  expect(later.downloads()).toEqual([paused]);
  expect(await later.handlers['models.storage']({})).toMatchObject({ partialBytes: paused?.bytes });
  // A budget that what is here fills leaves no room for another file.
  home.settings = { ...home.settings, 'models.diskBudgetBytes': content.length + 500_000 };
  const other = await later.handlers['models.pull']({ source: `${server.address}?other` });
  expect(await later.handlers['downloads.wait'](other)).toMatchObject({ kind: 'failed', code: 'budget_full' });
});

test('a failed download says what is here, and what is being taken up again', async () => {
  const desk = await home.open();
  const downloadId = await pullHalf(desk);
  server.faults.refuse = { times: 1000, status: 410 };
  server.faults.cut = { times: 1000, afterBytes: 0 };
  expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'failed' });
  const [failed] = desk.downloads();
  expect(failed).toMatchObject({ state: 'failed', total: content.length });
  expect(failed?.bytes).toBeGreaterThan(1_000_000);
});

// Whoever cancelled and began again at once lost what the new run had fetched.

test('a download that is begun again while it is being cancelled is a new one, and arrives', async () => {
  const desk = await home.open();
  const downloadId = await pullHalf(desk);
  const cancelled = desk.handlers['downloads.cancel']({ downloadId });
  const again = desk.handlers['models.pull']({ source: server.address });
  await cancelled;
  expect(await again).toEqual({ downloadId });
  server.faults.paceMs = 0;
  expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
  expect(desk.downloads()).toEqual([]);
});

// With a low limit whoever paused, cancelled or ended the program waited for minutes.

test('a download under a low limit stops when it is told to', async () => {
  server.faults.paceMs = 0;
  const desk = await home.open();
  const { downloadId } = await desk.handlers['models.pull']({ source: server.address, bytesPerSecond: 1024 });
  home.settings = { ...home.settings, 'downloads.bytesPerSecond': 2048 };
  desk.settingsChanged();
  await until(() => desk.downloads()[0]?.state === 'downloading', 'it is under way');
  await desk.handlers['downloads.pause']({ downloadId });
  expect(desk.downloads()).toMatchObject([{ state: 'paused' }]);
  await desk.handlers['downloads.resume']({ downloadId });
  await until(() => desk.downloads()[0]?.state === 'downloading', 'it goes on');
  await desk.handlers['downloads.cancel']({ downloadId });
  expect(desk.downloads()).toEqual([]);
});
