import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { _electron, expect, test } from '@playwright/test';

const root = path.resolve(import.meta.dirname, '../../..');

/** Runs only where Electron's binary is (see playwright.config.ts); everywhere else npm test says that it did not run. */
test('the window shows the page of a real engine, and quitting ends both', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-electron-'));
  const app = await _electron.launch({
    args: [root],
    env: { ...process.env, OPEN_SWARM_HOME: home, OPEN_SWARM_NODE: process.execPath },
  });
  try {
    const window = await app.firstWindow();
    expect(window.url()).toMatch(/^app:\/\/page\//);
    await expect(window).toHaveTitle(/Open Swarm/);
    const bridge = await window.evaluate(() => Object.keys(Reflect.get(globalThis, 'openSwarm') as object).toSorted());
    expect(bridge).toEqual(['call', 'pathOf', 'subscribe']);
    expect(await window.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false);
    // The first question of onboarding appears once the engine answers.
    await expect(window.getByRole('heading').first()).toBeVisible();
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
});
