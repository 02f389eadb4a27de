import { EventEmitter } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Updater } from '#main/electron/desktop/AppUpdates.ts';
import { attachEngine } from '#main/electron/engine/attachEngine.ts';
import { createShell, type Shell, type ShellPorts } from '#main/electron/createShell.ts';
import type { EngineProcess } from '#main/electron/engine/EngineProcess.ts';
import type { TrayModel } from '#main/electron/desktop/trayMenu.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { CommandHandlers } from '#shared/api/commands.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';
import { openTestApi, type TestApi } from '#test/unit/engine/api/socket/openTestApi.ts';

// A real door with test handlers behind it; the engine's own process is tested in test/integration/electron.
let door: TestApi;
let asked: { name: string; input: unknown }[];
let reports: unknown[];
let tray: TrayModel;
let shell: Shell;
let ports: ShellPorts & { notices: { title: string; body: string; click: () => void }[] };

function note<K extends keyof CommandHandlers>(name: K): CommandHandlers[K] {
  const handler = async (input: unknown): Promise<object> => {
    asked.push({ name, input });
    return {};
  };
  return handler as CommandHandlers[K];
}

/** The engine behind the door as if this shell had started it: ours to stop. */
async function ownEngine(): Promise<EngineProcess> {
  const file = await findRunningEngine(door.home);
  const exited = Promise.withResolvers<{ code: number; signal: null; lastWords: string }>();
  const end = (): void => exited.resolve({ code: 0, signal: null, lastWords: '' });
  const address = { home: door.home, port: file?.port ?? 0, secret: file?.secret ?? '', ours: true };
  return { ready: Promise.resolve(address), exited: exited.promise, endInput: end, kill: end };
}

/** FAKE session: somebody sits at a computer that is plugged in. */
const fakeSession: ShellPorts['session'] = {
  read: () => ({ idleMs: 0, locked: false, onBattery: false }),
  onEvent: () => () => {},
  keepAwake: () => () => {},
};

beforeEach(async () => {
  asked = [];
  reports = [];
  door = await openTestApi({
    handlers: {
      snapshot: async () => sampleSnapshot(),
      'contribution.pause': note('contribution.pause'),
      'contribution.resume': note('contribution.resume'),
      'session.report': async (report) => {
        reports.push(report);
        return {};
      },
      'engine.stop': note('engine.stop'),
    },
  });
  ports = {
    notices: [],
    clock: systemClock,
    random: systemRandom,
    launchEngine: ownEngine,
    updater: null,
    session: fakeSession,
    autostart: { get: async () => false, set: async () => {} },
    showInFolder: vi.fn<(file: string) => void>(),
    openDialog: async () => null,
    setBadge: () => {},
    window: { open: vi.fn<(route: string) => void>(), send: vi.fn<(name: string, payload: unknown) => void>() },
    showTray: (model) => {
      tray = model;
    },
    notify: (notice, click) => void ports.notices.push({ ...notice, click }),
    quit: vi.fn<() => void>(),
  };
  shell = createShell(ports);
});
afterEach(async () => {
  await shell.stop();
  await door.api.close();
});

async function start(...args: string[]): Promise<void> {
  shell.start(args);
  await expect.poll(() => tray.tooltip).toBe('Open Swarm · Working on 1 task');
}

test('tells the engine of the session that the window stands in', async () => {
  await start();
  await expect.poll(() => reports).toEqual([{ idleMs: 0, locked: false, onBattery: false }]);
});

describe('the tray', () => {
  test('mirrors the engine', async () => {
    await start();
    expect(tray.items[1]).toEqual({ label: 'Today: 1.25 credits' });
    const { contribution } = sampleSnapshot();
    const reason = { ...contribution.reason, code: 'paused', title: 'Paused by you' };
    const value = { ...contribution, state: 'paused', reason };
    door.announce({ name: 'slice', payload: { slice: 'contribution', value } });
    await expect.poll(() => tray.tooltip).toBe('Open Swarm · Paused by you');
    expect(tray.items).toContainEqual({ label: 'Resume', action: { type: 'resume' } });
    const money = { ...sampleSnapshot().money, earnedToday: '2.5' };
    door.announce({ name: 'slice', payload: { slice: 'money', value: money } });
    await expect.poll(() => tray.items[1]).toEqual({ label: 'Today: 2.5 credits' });
  });

  test('pauses and resumes', async () => {
    await start();
    shell.act({ type: 'pause', forMs: 1_800_000 });
    await expect.poll(() => asked).toEqual([{ name: 'contribution.pause', input: { forMs: 1_800_000 } }]);
    shell.act({ type: 'resume' });
    await expect.poll(() => asked.at(-1)).toEqual({ name: 'contribution.resume', input: {} });
  });

  test('opens the window and quits', () => {
    shell.act({ type: 'open', to: '/' });
    shell.act({ type: 'quit' });
    expect(ports.window.open).toHaveBeenCalledExactlyOnceWith('/');
    expect(ports.quit).toHaveBeenCalledOnce();
  });
});

describe('notifications', () => {
  const finished = { taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', status: 'completed', title: 'Add two numbers' } as const;

  test('tell of own tasks that ended, and open them', async () => {
    await start();
    door.announce({ name: 'task:finished', payload: finished });
    await expect.poll(() => ports.notices).toMatchObject([{ title: 'Task completed', body: 'Add two numbers' }]);
    ports.notices[0]?.click();
    expect(ports.window.open).toHaveBeenLastCalledWith(`/tasks/${finished.taskId}`);
  });

  test('are left out when the owner does not want them', async () => {
    await start();
    const settings = { ...sampleSnapshot().settings, 'interface.notifications': false };
    door.announce({ name: 'slice', payload: { slice: 'settings', value: settings } });
    door.announce({ name: 'task:finished', payload: finished });
    const { contribution } = sampleSnapshot();
    const value = { ...contribution, reason: { ...contribution.reason, title: 'After' } };
    door.announce({ name: 'slice', payload: { slice: 'contribution', value } });
    await expect.poll(() => tray.tooltip).toBe('Open Swarm · After');
    expect(ports.notices).toEqual([]);
  });
});

describe('the window', () => {
  test('opens at the start, but not when the session starts the app', async () => {
    await start('--hidden');
    expect(ports.window.open).not.toHaveBeenCalled();
    shell.activated([]);
    expect(ports.window.open).toHaveBeenCalledExactlyOnceWith('/');
  });

  test('reveals files of the data folder', async () => {
    await start();
    await shell.hostCalls('reveal', { path: path.join(door.home, 'run/engine.json') });
    expect(ports.showInFolder).toHaveBeenCalledWith(path.join(door.home, 'run/engine.json'));
  });

  test('is asked to notify by the page', async () => {
    await shell.hostCalls('notify', { title: 'a', body: 'b' });
    expect(ports.notices).toMatchObject([{ title: 'a', body: 'b' }]);
  });
});

describe('stopping', () => {
  test('lets an engine of its own finish first', async () => {
    await start();
    await shell.stop();
    expect(asked).toEqual([{ name: 'engine.stop', input: { drain: true } }]);
  });

  test('leaves an engine that was running before alone', async () => {
    ports = { ...ports, launchEngine: async () => (await attachEngine(door.home)) ?? ownEngine() };
    shell = createShell(ports);
    await start();
    await shell.stop();
    expect(asked).toEqual([]);
  });
});

/** FAKE updater: an update that is there at once; the real one needs a package and an update server. */
class ReadyUpdater extends EventEmitter implements Updater {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  disableWebInstaller = false;
  async checkForUpdates(): Promise<null> {
    this.emit('update-downloaded', { version: '2.0.0' });
    return null;
  }
  quitAndInstall(): void {
    asked.push({ name: 'quitAndInstall', input: undefined });
  }
}

describe('updates', () => {
  test('are told to the page, and installed after the engine finished', async () => {
    shell = createShell({ ...ports, updater: new ReadyUpdater() });
    await start();
    await shell.hostCalls('updates.install', undefined);
    expect(asked).toEqual([]);
    expect(await shell.hostCalls('updates.check', undefined)).toEqual({ kind: 'ready', version: '2.0.0' });
    expect(ports.window.send).toHaveBeenCalledWith('updates.state', { kind: 'ready', version: '2.0.0' });
    await shell.hostCalls('updates.install', undefined);
    await expect.poll(() => asked.map(({ name }) => name)).toEqual(['engine.stop', 'quitAndInstall']);
  });

  test('are off in a copy without a package', async () => {
    expect(await shell.hostCalls('updates.state', undefined)).toMatchObject({ kind: 'off' });
  });
});

test('an engine that went away is looked for again', async () => {
  let tries = 0;
  const launchEngine = async (): Promise<EngineProcess> => {
    tries += 1;
    return (await attachEngine(door.home)) ?? ownEngine();
  };
  shell = createShell({ ...ports, launchEngine });
  await start();
  await door.api.close();
  await expect.poll(() => tries).toBe(2);
  expect(tray.tooltip).not.toContain('Working');
});

test('no engine to attach to is nothing', async () => {
  await door.api.close();
  expect(await attachEngine(door.home)).toBeNull();
});
