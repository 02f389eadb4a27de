import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canOpenBrowser, whyNoWindow } from '#tools/start/decideHost.mjs';
import { ensureElectron } from '#tools/start/ensureElectron.mjs';
import { isStale } from '#tools/start/isStale.mjs';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-start-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(file: string, text = ''): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

describe('the window', () => {
  const desktop = { platform: 'linux', env: { DISPLAY: ':0' }, uid: 1000, args: [] };

  test('opens for a person at a desktop', () => {
    expect(whyNoWindow(desktop)).toBeUndefined();
    expect(whyNoWindow({ ...desktop, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeUndefined();
    expect(whyNoWindow({ ...desktop, platform: 'darwin', env: {} })).toBeUndefined();
  });

  test('does not open, and says why', () => {
    expect(whyNoWindow({ ...desktop, env: {} })).toContain('no display');
    expect(whyNoWindow({ ...desktop, uid: 0 })).toContain('root');
    expect(whyNoWindow({ ...desktop, args: ['--headless'] })).toContain('--headless');
  });

  test('a browser is opened only where somebody sees it', () => {
    expect(canOpenBrowser(desktop)).toBe(true);
    expect(canOpenBrowser({ ...desktop, uid: 0 })).toBe(false);
    expect(canOpenBrowser({ ...desktop, env: {} })).toBe(false);
    expect(canOpenBrowser({ ...desktop, platform: 'win32', env: {} })).toBe(true);
  });
});

describe('ensureElectron', () => {
  const find = (limitMs = 20_000) => ensureElectron({ root, env: {}, limitMs });

  test('takes the binary that is there', async () => {
    await put('node_modules/electron/path.txt', 'electron');
    await put('node_modules/electron/dist/electron');
    expect(await find()).toEqual({ file: path.join(root, 'node_modules/electron/dist/electron') });
  });

  test('fetches one that is not', async () => {
    await put(
      'node_modules/electron/install.js',
      `const fs = require('node:fs');
      fs.mkdirSync(__dirname + '/dist');
      fs.writeFileSync(__dirname + '/dist/electron', '');
      fs.writeFileSync(__dirname + '/path.txt', 'electron');`,
    );
    expect(await find()).toEqual({ file: path.join(root, 'node_modules/electron/dist/electron') });
  });

  test('says why it could not', async () => {
    await put('node_modules/electron/install.js', "console.error('Error: no such host');\nprocess.exit(1);\n");
    expect(await find()).toEqual({ why: expect.stringContaining('no such host') as string });
  });

  test('does not wait for ever', async () => {
    await put('node_modules/electron/install.js', 'setInterval(() => 1, 1000);\n');
    expect(await find(300)).toEqual({ why: expect.stringContaining('took longer') as string });
  });
});

describe('isStale', () => {
  const at = async (file: string, seconds: number): Promise<void> => {
    await put(file);
    await utimes(path.join(root, file), seconds, seconds);
  };
  const stale = () => isStale(root, ['src/a.ts'], ['out/a.js', 'out/b.js']);

  test('when a result is missing', async () => {
    await at('src/a.ts', 100);
    await at('out/a.js', 200);
    expect(stale()).toBe(true);
  });

  test('when a source is newer than any result', async () => {
    await at('src/a.ts', 250);
    await at('out/a.js', 200);
    await at('out/b.js', 300);
    expect(stale()).toBe(true);
  });

  test('not when all results are newer', async () => {
    await at('src/a.ts', 100);
    await at('out/a.js', 200);
    await at('out/b.js', 300);
    expect(stale()).toBe(false);
  });
});
