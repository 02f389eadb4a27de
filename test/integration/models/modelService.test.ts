import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelService, ModelServiceOptions } from '#engine/models/ModelService.ts';
import { readCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { completeEntries } from '#shared/domain/models/completeEntries.ts';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { until } from '#test/helpers/until.ts';

const model = (mark: string): Buffer => Buffer.concat([readFileSync(starterModel.path), Buffer.from(mark)]);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const content = model('one');
const digest = sha256(content);
const pace = { paceMs: 4 };

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

const openDesk = (change: Partial<ModelServiceOptions> = {}): Promise<ModelService> => home.open(change);
const installedFile = (of: string): string => home.fileOf(of);
const halfway = (desk: ModelService) => until(() => (desk.downloads()[0]?.bytes ?? 0) > 1_000_000, 'a part arrived');

describe('downloads', () => {
  test('are shown with their progress, can be paused, and go on after a restart of the program', async () => {
    const desk = await openDesk();
    Object.assign(server.faults, pace);
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    await halfway(desk);
    expect(desk.downloads()).toMatchObject([
      { downloadId, state: 'downloading', total: content.length, problem: null },
    ]);
    await desk.handlers['downloads.pause']({ downloadId });
    expect(desk.downloads()).toMatchObject([{ downloadId, state: 'paused' }]);
    await desk.close();

    const later = await openDesk();
    later.start();
    expect(later.downloads()).toMatchObject([{ downloadId, state: 'paused' }]);
    server.faults.paceMs = 0;
    const before = server.sent;
    await later.handlers['downloads.resume']({ downloadId });
    const outcome = await later.handlers['downloads.wait']({ downloadId });
    expect(outcome).toEqual({
      kind: 'installed',
      file: { digest, bytes: content.length, path: installedFile(digest) },
    });
    expect(server.sent - before).toBeLessThan(content.length - 500_000);
    expect(later.downloads()).toEqual([]);
    expect(later.installed.all).toMatchObject([{ digest, inCatalogue: false, source: server.address }]);
  });

  test('that ran when the program ended go on by themselves', async () => {
    const desk = await openDesk();
    Object.assign(server.faults, pace);
    await desk.handlers['models.pull']({ source: server.address });
    await halfway(desk);
    await desk.close();
    server.faults.paceMs = 0;
    const later = await openDesk();
    later.start();
    await until(() => later.installed.all.length === 1, 'installed');
    expect(readFileSync(installedFile(digest))).toEqual(content);
  });

  test('that are cancelled leave nothing', async () => {
    const desk = await openDesk();
    Object.assign(server.faults, pace);
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    await halfway(desk);
    const waiting = desk.handlers['downloads.wait']({ downloadId });
    await desk.handlers['downloads.cancel']({ downloadId });
    expect(await waiting).toMatchObject({ kind: 'failed', code: 'cancelled' });
    expect(desk.downloads()).toEqual([]);
    expect(existsSync(home.partOf(downloadId))).toBe(false);
  });

  test('that failed say why and go on when asked', async () => {
    const desk = await openDesk();
    server.faults.portal = true;
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ code: 'captive_portal' });
    expect(desk.downloads()).toMatchObject([{ state: 'failed', problem: { code: 'captive_portal' } }]);
    server.faults.portal = false;
    await desk.handlers['downloads.resume']({ downloadId });
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
  });

  test('wait while every byte is paid for', async () => {
    let metered = true;
    const desk = await openDesk({ metered: () => metered });
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    expect(desk.downloads()).toMatchObject([{ state: 'waiting', problem: { code: 'held' } }]);
    expect(server.requests).toEqual([]);
    desk.start();
    metered = false;
    desk.settingsChanged();
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ kind: 'installed' });
  });

  test('of what is no sound model are refused', async () => {
    server.replace(Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(600_000, 1)]));
    const desk = await openDesk();
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    expect(await desk.handlers['downloads.wait']({ downloadId })).toMatchObject({ code: 'model_damaged' });
    expect(desk.installed.all).toEqual([]);
  });

  test('over an open connection to somewhere else need a digest', async () => {
    const desk = await openDesk();
    const pull = desk.handlers['models.pull']({ source: 'http://models.example/model.gguf' });
    await expect(pull).rejects.toMatchObject({ code: 'invalid_message', field: 'source' });
  });
});

test('the budget lets the least recently used model go, and never the one that works', async () => {
  const busy = new Set<string>();
  const desk = await openDesk({
    use: { isBusy: (one) => busy.has(one), release: async () => {}, speedOf: () => null },
  });
  const pull = async (mark: string) => {
    server.replace(model(mark));
    const { downloadId } = await desk.handlers['models.pull']({ source: `${server.address}?${mark}` });
    return desk.handlers['downloads.wait']({ downloadId });
  };
  await pull('one');
  await pull('two');
  home.settings = { ...home.settings, 'models.diskBudgetBytes': content.length * 2 + 1000 };
  busy.add(digest);
  await pull('three');
  const digests = desk.installed.all.map((one) => one.digest).toSorted();
  expect(digests).toEqual([digest, sha256(model('three'))].toSorted());
  expect(existsSync(installedFile(sha256(model('two'))))).toBe(false);
  busy.add(sha256(model('three')));
  expect(await pull('four')).toMatchObject({ kind: 'failed', code: 'budget_full' });
  await expect(desk.handlers['models.remove']({ digest })).rejects.toMatchObject({ code: 'conflict' });
  expect(await desk.handlers['models.storage']({})).toMatchObject({
    usedBytes: content.length + model('three').length,
  });
});

test('the header of a remote file is judged without fetching the file', async () => {
  const desk = await openDesk();
  server.faults.headers = { 'x-linked-etag': `"${digest}"` };
  const { facts, verdict, sha256: told } = await desk.handlers['models.inspect']({ source: server.address, slots: 10 });
  expect(facts).toMatchObject({ architecture: 'llama', quantisation: 'Q8_0', contextSize: 384, chatTemplate: false });
  expect(verdict).toMatchObject({ fit: 'well', contextSize: 384, slots: 10 });
  expect(told).toBe(digest);
  expect(server.sent).toBeLessThan(2_200_000);
});

describe('advice about earning', () => {
  const chats = { type: 'chat' as const, tasksPerHour: 400, tokensPerTask: 300, nodes: 2 };
  const wanted = { health: { demand: 1, wanted: [chats] }, private: true, level: 'novice' as const };

  test('names a model of the catalogue, and how long it takes at the speed of the last download', async () => {
    const catalogue = { value: await readCatalogue('resources/catalogue.json'), origin: 'built_in' as const };
    const desk = await openDesk({ catalogue });
    const { downloadId } = await desk.handlers['models.pull']({ source: server.address });
    await desk.handlers['downloads.wait']({ downloadId });
    expect((await desk.handlers['models.advice']({})).basis).toBe('unknown');
    home.outlook = { ...home.outlook, market: wanted };
    const { basis, best, rows: reckoned } = await desk.handlers['models.advice']({});
    expect(basis).toBe('demand');
    expect(reckoned.some(({ installed }) => installed === digest)).toBe(true);
    expect(best?.row).toMatchObject({ installed: null, measured: false });
    expect(best?.downloadSeconds).toBeGreaterThan(0);
    home.settings = { ...home.settings, 'downloads.bytesPerSecond': 1_000_000 };
    const limited = (await (await openDesk({ catalogue })).handlers['models.advice']({})).best;
    expect(limited?.downloadSeconds).toBeCloseTo((best?.row.sizeBytes ?? 0) / 1e6);
  });

  test('names only files of which everything is known in a public swarm', async () => {
    const catalogue = { value: await readCatalogue('resources/catalogue.json'), origin: 'built_in' as const };
    const desk = await openDesk({ catalogue });
    home.outlook = { ...home.outlook, market: { ...wanted, private: false } };
    const complete = new Set(completeEntries(catalogue.value).map(({ id }) => id));
    const advice = await desk.handlers['models.advice']({});
    expect(advice.rows.filter(({ id }) => !complete.has(id))).toEqual([]);
  });
});

test('the access token is kept sealed, survives a restart, and is forgotten when asked', async () => {
  const desk = await openDesk();
  await desk.handlers['models.setToken']({ token: 'hf_very_secret' });
  expect(readFileSync(path.join(home.folder, 'hub-token.json'), 'utf8')).not.toContain('very_secret');
  const later = await openDesk();
  expect(await later.handlers['models.token']({})).toEqual({ isSet: true });
  const { downloadId } = await later.handlers['models.pull']({ source: server.address });
  await later.handlers['downloads.wait']({ downloadId });
  expect(server.requests.every((headers) => headers.authorization === 'Bearer hf_very_secret')).toBe(true);
  await later.handlers['models.setToken']({ token: null });
  expect(existsSync(path.join(home.folder, 'hub-token.json'))).toBe(false);
});
