import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { homePaths } from '#engine/machine/platform/homePaths.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock } from '#node/systemClock.ts';
import { benchmarkReport } from '#test/helpers/benchmarkReport.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { newHome, openSwarm, removeHome, RunningCommand } from '#test/helpers/openSwarmCommand.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

/** A real model whose digest the catalogue does not know. */
const content = Buffer.concat([readFileSync(starterModel.path), Buffer.from('one more tensor, or so')]);
const digest = createHash('sha256').update(content).digest('hex');
let home = '';
let server: FaultyFileServer;

beforeEach(async () => {
  home = newHome('models');
  server = await new FaultyFileServer(content).open();
});
afterEach(async () => {
  await server.close();
  removeHome(home);
});

const models = (...args: string[]) => openSwarm(['models', ...args, '--home', home, '--json']);
const done = () => ({
  event: 'done',
  digest,
  bytes: content.length,
  path: path.join(home, 'models', `${digest}.gguf`),
});

describe('without the app', () => {
  test('pull downloads, verify checks, show judges, remove deletes', async () => {
    const pulled = await models('pull', server.address);
    expect({ code: pulled.code, last: pulled.lines.at(-1) }).toEqual({ code: 0, last: done() });
    expect(readFileSync(done().path)).toEqual(content);
    expect(readdirSync(path.join(home, 'models', 'downloads'))).toEqual([]);
    const before = server.sent;
    expect((await models('pull', server.address)).lines.at(-1)).toEqual(done());
    expect(server.sent).toBe(before);
    expect((await models('list')).lines).toMatchObject([{ digest }]);
    expect((await models('verify')).lines).toEqual([{ event: 'verified', digest, state: 'sound' }]);
    const [shown] = (await models('show', digest)).lines;
    expect(shown).toMatchObject({ installed: true, verdict: { fit: 'well' } });
    expect((await models('remove', digest)).code).toBe(0);
    expect(existsSync(done().path)).toBe(false);
    expect((await models()).lines).toEqual([]);
  });

  test('verdicts know the speed that the last benchmark measured', async () => {
    const speedOf = async () => (await models('show', digest)).lines[0]?.['verdict'];
    await models('pull', server.address);
    expect(await speedOf()).toMatchObject({ tokensPerSecond: null });
    const store = openEngineStore({ file: homePaths(home).database, clock: systemClock });
    await store.benchmarks.add(benchmarkReport());
    store.close();
    expect(await speedOf()).toMatchObject({ tokensPerSecond: expect.any(Number) as number });
  });

  test('what is asked for without a terminal says how else to give it', async () => {
    const { code, errors } = await models('token');
    expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining('models token -') as string });
  });

  test('what ships with the app is got and removed by its name', async () => {
    const { id } = starterModel;
    expect((await models('pull', id)).lines.at(-1)).toMatchObject({ event: 'done', digest: starterModel.digest });
    expect((await models('list', '--all')).lines[0]).toMatchObject({ id, installed: true });
    expect((await models('remove', id)).code).toBe(0);
    expect((await models('list', '--all')).lines[0]).toMatchObject({ id, installed: false });
  });

  test('a folder and an address with a percent sign are told as what they are', async () => {
    const folder = await models('add', home);
    expect(folder.lines.at(-1)).toMatchObject({
      event: 'error',
      message: expect.stringMatching(/^This is a folder/) as string,
    });
    const odd = await models('pull', server.address.replace('model.gguf', '100%.gguf'));
    expect({ code: odd.code, last: odd.lines.at(-1) }).toEqual({ code: 0, last: done() });
  });

  test('a catalogue that the publisher did not sign is refused, and a missing file is wrong use', async () => {
    const file = path.join(home, 'offered.json');
    writeFileSync(file, '{"version":1}');
    const refused = await models('catalogue', 'update', file);
    expect(refused.code).toBe(1);
    expect(refused.lines).toMatchObject([{ event: 'error', code: 'catalogue_refused' }]);
    expect((await models('catalogue', 'update', `${file}.not`)).code).toBe(2);
    expect((await models('catalogue', 'update', server.address.replace('http:', 'https:'))).code).toBe(1);
    expect(existsSync(path.join(home, 'models', 'catalogue.signed.json'))).toBe(false);
  });

  test('a pull that was killed goes on where it was', async () => {
    server.faults.paceMs = 5;
    const first = new RunningCommand(['models', 'pull', server.address, '--home', home, '--json']);
    server.faults.onBody = () => {
      if (server.sent > 4_000_000) first.signal('SIGKILL');
    };
    await first.ended;
    server.faults.onBody = null;
    server.faults.paceMs = 0;
    expect(existsSync(done().path)).toBe(false);
    const again = await models('pull', server.address);
    expect(again.lines.at(-1)).toEqual(done());
    expect(again.lines[0]).toMatchObject({ event: 'progress', total: content.length });
    expect(server.sent).toBeLessThan(content.length + 3_500_000);
  });

  test('what cannot be is told with a code, and exit code 1', async () => {
    const wrong = await models('pull', server.address, '--sha256', 'f'.repeat(64));
    expect({ code: wrong.code, last: wrong.lines.at(-1) }).toMatchObject({
      code: 1,
      last: { event: 'error', code: 'digest_mismatch' },
    });
    server.faults.portal = true;
    expect((await models('pull', `${server.address}?again`)).lines.at(-1)).toMatchObject({ code: 'captive_portal' });
    expect((await models('pull', 'no-such-model')).lines.at(-1)).toMatchObject({ code: 'model_unknown' });
    expect((await models('pull', server.address, '--limit', 'fast')).code).toBe(2);
  });

  test('add copies a file, and refuses what is no model', async () => {
    const file = path.join(home, 'My Model.gguf');
    writeFileSync(file, content);
    const added = await models('add', file);
    expect({ code: added.code, last: added.lines.at(-1) }).toEqual({ code: 0, last: done() });
    writeFileSync(file, 'GGUF but not really');
    expect(await models('add', file)).toMatchObject({ code: 1 });
    expect((await models('add', path.join(home, 'none.gguf'))).lines.at(-1)).toMatchObject({ code: 'not_found' });
  });

  test('a damaged file is repaired by fetching its damaged chunks', async () => {
    await models('pull', server.address);
    const file = done().path;
    const damaged = Buffer.from(content);
    damaged.write('moth', 3_000_000);
    writeFileSync(file, damaged);
    expect(await models('verify')).toMatchObject({ code: 1, lines: [{ state: 'damaged' }] });
    const before = server.sent;
    const repaired = await models('verify', '--repair');
    expect({ code: repaired.code, last: repaired.lines.at(-1) }).toEqual({ code: 0, last: done() });
    expect(server.sent - before).toBe(256 * 1024 + 16);
    expect(readFileSync(file)).toEqual(content);
  });

  test('a token of the hub is kept, and never shown', async () => {
    const kept = await openSwarm(['models', 'token', '-', '--home', home, '--json'], 'hf_very_secret\n');
    expect(kept).toMatchObject({ code: 0, lines: [{ event: 'token', isSet: true }] });
    expect(readFileSync(path.join(home, 'models', 'hub-token.json'), 'utf8')).not.toContain('very_secret');
    expect((await models('token', '--forget')).lines).toEqual([{ event: 'token', isSet: false }]);
    expect(existsSync(path.join(home, 'models', 'hub-token.json'))).toBe(false);
  });

  test('the catalogue is listed with a verdict for each file', async () => {
    const { code, lines } = await models('list', '--all');
    expect(code).toBe(0);
    for (const line of lines) expect(line).toMatchObject({ verdict: { sentence: expect.any(String) as string } });
  });
});

describe('with the app', () => {
  test('the same commands go to the app', async () => {
    const app = new RunningCommand(['start', '--headless', '--home', home, '--json', '--port', '0']);
    await app.event('ready');
    try {
      const pulled = await models('pull', server.address, '--limit', '4M');
      expect({ code: pulled.code, last: pulled.lines.at(-1) }).toEqual({ code: 0, last: done() });
      expect(pulled.lines.some((line) => line['event'] === 'progress')).toBe(true);
      const file = path.join(home, 'copy.gguf');
      copyFileSync(starterModel.path, file);
      expect((await models('add', file)).lines.at(-1)).toMatchObject({ event: 'done', digest: starterModel.digest });
      expect((await models('list')).lines.map((line) => line['digest'])).toContain(digest);
      expect((await models('verify', digest)).code).toBe(0);
      expect((await models('remove', digest)).code).toBe(0);
    } finally {
      await app.stop();
    }
  });
});
