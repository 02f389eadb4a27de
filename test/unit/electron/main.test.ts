import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { EngineExit, EngineProcess } from '#main/electron/engine/EngineProcess.ts';

type Handler = (...args: never[]) => unknown;

// Electron's binary is not here, so the module is replaced: this checks what the shell asks of it.
const seen = vi.hoisted(() => ({
  order: [] as string[],
  windows: [] as { options: Record<string, unknown>; urls: string[]; sent: unknown[][]; closed: () => void }[],
  contents: [] as Map<string, Handler>[],
  openHandlers: [] as (() => unknown)[],
  ipc: new Map<string, Handler>(),
  app: new Map<string, Handler>(),
  session: new Map<string, Handler>(),
  trays: [] as { tooltip: string; menu: { label?: string; click?: () => void }[] }[],
  ready: Promise.withResolvers<void>(),
  quits: 0,
  launched: 0,
  engine: null as { inputEnded: boolean; exit: () => void } | null,
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
    whenReady: () => seen.ready.promise,
    requestSingleInstanceLock: () => true,
    enableSandbox: () => seen.order.push('sandbox'),
    setAsDefaultProtocolClient: (scheme: string) => seen.order.push(scheme),
    on: (name: string, handler: Handler) => seen.app.set(name, handler),
    quit: () => (seen.quits += 1),
    isPackaged: false,
    getPath: () => '/nowhere',
    getAppPath: () => '/app',
    setBadgeCount: () => true,
  },
  BrowserWindow: class {
    readonly seen = { options: {}, urls: [] as string[], sent: [] as unknown[][], closed: () => {} };
    readonly events = new EventEmitter();
    readonly webContents = {
      setWindowOpenHandler: (handler: () => unknown) => seen.openHandlers.push(handler),
      on: (name: string, handler: Handler) => seen.contents.at(-1)?.set(name, handler),
      send: (...args: unknown[]) => this.seen.sent.push(args),
    };
    constructor(options: Record<string, unknown>) {
      this.seen.options = options;
      this.seen.closed = () => this.events.emit('closed');
      seen.windows.push(this.seen);
      seen.contents.push(new Map());
    }
    once(name: string, handler: () => void) {
      this.events.once(name, handler);
    }
    on(name: string, handler: () => void) {
      this.events.on(name, handler);
    }
    isMinimized() {
      return false;
    }
    show() {}
    focus() {}
    async loadURL(url: string) {
      this.seen.urls.push(url);
    }
  },
  Tray: class {
    readonly shown = { tooltip: '', menu: [] as { label?: string; click?: () => void }[] };
    constructor() {
      seen.trays.push(this.shown);
    }
    on() {}
    setToolTip(text: string) {
      this.shown.tooltip = text;
    }
    setContextMenu(menu: { label?: string; click?: () => void }[]) {
      this.shown.menu = menu;
    }
  },
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => {} },
  Notification: {},
  dialog: {},
  shell: {},
  nativeTheme: { shouldUseDarkColors: true },
  ipcMain: { handle: (channel: string, handler: Handler) => seen.ipc.set(channel, handler) },
  protocol: {
    registerSchemesAsPrivileged: () => seen.order.push('schemes'),
    handle: (scheme: string, handler: Handler) => seen.session.set(scheme, handler),
  },
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: Handler) => seen.session.set('request', handler),
      setPermissionCheckHandler: (handler: Handler) => seen.session.set('check', handler),
      setDevicePermissionHandler: (handler: Handler) => seen.session.set('device', handler),
      webRequest: { onBeforeRequest: (handler: Handler) => seen.session.set('web', handler) },
    },
  },
}));
vi.mock('electron-updater', () => ({ default: {} }));
vi.mock('#main/electron/engine/launchEngine.ts', () => ({
  launchEngine: (): EngineProcess => {
    seen.launched += 1;
    const exited = Promise.withResolvers<EngineExit>();
    const exit = () => exited.resolve({ code: 0, signal: null, lastWords: '' });
    const engine = { inputEnded: false, exit };
    seen.engine = engine;
    return {
      ready: new Promise(() => {}),
      exited: exited.promise,
      endInput: () => {
        engine.inputEnded = true;
      },
      kill: exit,
    };
  },
}));

let home = '';
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-shell-'));
  vi.stubEnv('OPEN_SWARM_HOME', home);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

function run(handlers: Map<string, Handler>, name: string, ...args: unknown[]): unknown {
  const handler = handlers.get(name) as ((...args: unknown[]) => unknown) | undefined;
  if (handler === undefined) throw new Error(`no handler for ${name}`);
  return handler(...args);
}

const ownFrame = { url: 'app://page/', parent: null };

test('prepares what must come before ready, and does not wait for it while it is evaluated', async () => {
  await import('#main/electron/main.ts');
  expect(seen.order).toEqual(['schemes', 'sandbox', 'openswarm']);
  expect(seen.windows).toEqual([]);
  seen.ready.resolve();
  await expect.poll(() => seen.windows).toHaveLength(1);
  await expect.poll(() => seen.launched).toBe(1);
});

describe('the window', () => {
  test('is sandboxed, isolated and without Node', () => {
    expect(seen.windows[0]).toMatchObject({
      urls: ['app://page/#/'],
      options: {
        webPreferences: {
          sandbox: true,
          contextIsolation: true,
          nodeIntegration: false,
          webSecurity: true,
          webviewTag: false,
          preload: expect.stringMatching(/preload\.cjs$/) as string,
        },
      },
    });
  });

  test('opens nothing and goes nowhere', () => {
    expect(seen.openHandlers[0]?.()).toEqual({ action: 'deny' });
    const prevented = (url: string) => {
      const event = { url, preventDefault: vi.fn<() => void>() };
      run(seen.contents[0] ?? new Map<string, Handler>(), 'will-navigate', event);
      return event.preventDefault.mock.calls.length > 0;
    };
    expect(prevented('https://example.org/')).toBe(true);
    expect(prevented('app://page/#/tasks')).toBe(false);
  });

  test('gets no permission but copying and the engine', () => {
    expect(run(seen.session, 'check', null, 'geolocation', 'app://page/')).toBe(false);
    expect(run(seen.session, 'check', null, 'clipboard-sanitized-write', 'app://page/')).toBe(true);
    expect(run(seen.session, 'device')).toBe(false);
    const decide = vi.fn<(answer: unknown) => void>();
    run(seen.session, 'request', { getURL: () => 'app://page/' }, 'media', decide);
    run(seen.session, 'web', { url: 'https://example.org/' }, decide);
    expect(decide.mock.calls).toEqual([[false], [{ cancel: true }]]);
  });
});

describe('calls', () => {
  test('of our page are answered', async () => {
    const answer = await run(seen.ipc, 'open-swarm:call', { senderFrame: ownFrame }, 'engine.state', undefined);
    expect(answer).toEqual({ kind: 'starting' });
  });

  test.each([[null], [{ url: 'https://example.org/', parent: null }], [{ url: 'app://page/', parent: ownFrame }]])(
    'of the frame %j are refused',
    async (senderFrame) => {
      await expect(run(seen.ipc, 'open-swarm:call', { senderFrame }, 'engine.state', undefined)).rejects.toThrow(
        'not come from the page',
      );
    },
  );
});

describe('the app', () => {
  test('shows its state in the tray', () => {
    expect(seen.trays[0]?.tooltip).toBe('Open Swarm · Starting');
    expect(seen.trays[0]?.menu.map(({ label }) => label)).toContain('Quit');
  });

  test('hands a second start over, with its invite link', async () => {
    run(seen.app, 'second-instance', {}, ['open-swarm', 'openswarm://127.0.0.1:1#swm_a.b']);
    expect(seen.windows).toHaveLength(1);
    expect(seen.windows[0]?.sent).toContainEqual([
      'open-swarm:event',
      'inviteLink',
      { link: 'openswarm://127.0.0.1:1#swm_a.b' },
    ]);
    const take = () => run(seen.ipc, 'open-swarm:call', { senderFrame: ownFrame }, 'inviteLink.take', undefined);
    expect(await take()).toEqual({ link: 'openswarm://127.0.0.1:1#swm_a.b' });
    expect(await take()).toEqual({ link: null });
  });

  test('stays in the tray when its window is closed, and opens a new one', () => {
    seen.windows[0]?.closed();
    run(seen.app, 'window-all-closed');
    expect(seen.quits).toBe(0);
    run(seen.app, 'activate');
    expect(seen.windows).toHaveLength(2);
  });

  test('lets the engine end before it quits', async () => {
    const event = { preventDefault: vi.fn<() => void>() };
    run(seen.app, 'before-quit', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
    await expect.poll(() => seen.engine?.inputEnded).toBe(true);
    expect(seen.quits).toBe(0);
    expect(seen.trays[0]?.tooltip).toBe('Open Swarm · Stopping after running tasks');
    seen.engine?.exit();
    await expect.poll(() => seen.quits).toBe(1);
    run(seen.app, 'before-quit', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });
});
