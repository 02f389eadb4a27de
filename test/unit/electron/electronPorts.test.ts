import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { electronPorts } from '#main/electron/electronPorts.ts';
import { currentInstallation } from '#node/Installation.ts';

// Electron's binary is not here, so the module is replaced: this checks what the ports ask of it.
const seen = vi.hoisted(() => ({
  dialogs: [] as unknown[],
  answer: { filePaths: [] as string[] },
  notices: [] as { options: unknown; click: () => void; shown: boolean }[],
  login: [] as unknown[],
}));

vi.mock('electron', () => ({
  powerMonitor: {
    getSystemIdleTime: () => 3,
    getSystemIdleState: () => 'locked',
    isOnBatteryPower: () => true,
    on: () => {},
    off: () => {},
  },
  powerSaveBlocker: { start: () => 7, stop: () => {} },
  app: {
    isPackaged: false,
    getPath: () => '/home/a',
    getAppPath: () => '/src/app',
    setBadgeCount: () => true,
    quit: () => {},
    getLoginItemSettings: () => ({ openAtLogin: true }),
    setLoginItemSettings: (settings: unknown) => seen.login.push(settings),
  },
  dialog: {
    showOpenDialog: async (options: unknown) => {
      seen.dialogs.push(options);
      return seen.answer;
    },
  },
  Notification: class {
    readonly seen = { options: {} as unknown, click: () => {}, shown: false };
    constructor(options: unknown) {
      this.seen.options = options;
      seen.notices.push(this.seen);
    }
    on(_name: string, handler: () => void) {
      this.seen.click = handler;
    }
    show() {
      this.seen.shown = true;
    }
  },
  shell: { showItemInFolder: () => {} },
}));
vi.mock('electron-updater', () => ({ default: {} }));

const realPlatform = process.platform;
let home = '';
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-ports-'));
  vi.stubEnv('XDG_CONFIG_HOME', home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  Object.defineProperty(process, 'platform', { value: realPlatform });
  await rm(home, { recursive: true, force: true });
});

const ports = () => electronPorts(currentInstallation());

describe('the dialog', () => {
  test('asks for a file of the given kinds', async () => {
    seen.answer.filePaths = ['/models/a.gguf'];
    const filters = [{ name: 'Models', extensions: ['gguf'] }];
    expect(await ports().openDialog({ title: 'Add a model', kind: 'file', filters })).toBe('/models/a.gguf');
    expect(seen.dialogs).toEqual([{ title: 'Add a model', properties: ['openFile'], filters, defaultPath: '/home/a' }]);
  });

  test('answers nothing when the person cancelled', async () => {
    seen.answer.filePaths = [];
    expect(await ports().openDialog({ title: '', kind: 'folder', filters: [] })).toBeNull();
  });
});

test('a notification opens what it is about', () => {
  const opened = vi.fn<() => void>();
  ports().notify({ title: 'Task completed', body: 'x' }, opened);
  const [notice] = seen.notices;
  expect(notice).toMatchObject({ shown: true, options: { title: 'Task completed', body: 'x' } });
  notice?.click();
  expect(opened).toHaveBeenCalledOnce();
});

test('a checkout is not updated by itself', () => expect(ports().updater).toBeNull());

describe('autostart', () => {
  test('is a desktop entry on Linux', async () => {
    Object.defineProperty(process, 'platform', { value: 'linux' });
    const { autostart } = ports();
    await autostart.set(true);
    expect(await autostart.get()).toBe(true);
    const entry = await readFile(path.join(home, 'autostart/open-swarm.desktop'), 'utf8');
    expect(entry).toContain(`Exec="${process.execPath}" "/src/app" "--hidden"`);
  });

  test("is the system's list of login items elsewhere", async () => {
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const { autostart } = ports();
    await autostart.set(false);
    expect(seen.login).toEqual([{ openAtLogin: false, args: ['--hidden'] }]);
    expect(await autostart.get()).toBe(true);
  });
});

test('the session is that of the power monitor, in milliseconds', () => {
  const { session } = electronPorts(currentInstallation());
  expect(session.read()).toEqual({ idleMs: 3000, locked: true, onBattery: true });
  session.onEvent(() => {})();
  session.keepAwake()();
});
