import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { attachEngine } from '#main/electron/engine/attachEngine.ts';
import { createShell, type Shell } from '#main/electron/createShell.ts';
import { launchEngine } from '#main/electron/engine/launchEngine.ts';
import type { TrayModel } from '#main/electron/desktop/trayMenu.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import { entryPoint } from '#node/entryPoint.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { HostedEngineState } from '#shared/api/hostContract.ts';
import { isAlive } from '#main/cli/running/isAlive.ts';

// The shell without its window: everything but Electron is real, above all the engine in its own process.
let home = '';
let tray: TrayModel = { tooltip: '', items: [] };
let states: HostedEngineState[] = [];
let shells: Shell[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-shell-'));
  states = [];
  shells = [];
});
afterEach(async () => {
  await Promise.all(shells.map((shell) => shell.stop()));
  await rm(home, { recursive: true, force: true });
});

function startShell(): Shell {
  const shell = createShell({
    clock: systemClock,
    random: systemRandom,
    launchEngine: async () =>
      (await attachEngine(home)) ??
      launchEngine({ node: process.execPath, entry: entryPoint('engine'), home, env: process.env }),
    updater: null,
    session: {
      read: () => ({ idleMs: 0, locked: false, onBattery: false }),
      onEvent: () => () => {},
      keepAwake: () => () => {},
    },
    autostart: { get: async () => false, set: async () => {} },
    showInFolder: () => {},
    openDialog: async () => null,
    setBadge: () => {},
    window: {
      open: () => {},
      send: (name, payload) => {
        if (name === 'engine.state') states.push(HostedEngineState.parse(payload));
      },
    },
    showTray: (model) => {
      tray = model;
    },
    notify: () => {},
    quit: () => {},
  });
  shells.push(shell);
  shell.start(['--hidden']);
  return shell;
}

const Address = z.object({ url: z.url(), secret: z.string() });

async function connect(shell: Shell): Promise<LocalEngineClient> {
  const { url, secret } = Address.parse(await shell.hostCalls('engine', undefined));
  const client = new LocalEngineClient({ port: Number(new URL(url).port), secret, reconnect: false });
  await client.connect();
  return client;
}

test('starts an engine, shows its state, starts it again when it is killed, and leaves nothing behind', async () => {
  const shell = startShell();
  const client = await connect(shell);
  const { contribution } = await client.call('snapshot', {});
  await expect.poll(() => tray.tooltip).toBe(`Open Swarm · ${contribution.reason.title}`);
  client.close();

  const first = await findRunningEngine(home);
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await expect.poll(() => states.map(({ kind }) => kind)).toContain('restarting');
  (await connect(shell)).close();
  const second = await findRunningEngine(home);
  expect(second?.pid).not.toBe(first?.pid);
  // An open page reconnects: port and secret stay.
  expect(second).toMatchObject({ port: first?.port, secret: first?.secret });

  await shell.stop();
  expect(states.at(-1)).toEqual({ kind: 'stopping' });
  expect(isAlive(second?.pid ?? 0)).toBe(false);
});

test('joins an engine that runs already, and leaves it running', async () => {
  const owner = startShell();
  (await connect(owner)).close();
  const guest = startShell();
  (await connect(guest)).close();
  const running = await findRunningEngine(home);
  await guest.stop();
  expect(isAlive(running?.pid ?? 0)).toBe(true);
  (await connect(owner)).close();
});
