import path from 'node:path';
import { app, Menu, protocol, session } from 'electron';
import { currentInstallation } from '#node/Installation.ts';
import { appMenu } from './desktop/appMenu.ts';
import { createShell, type Shell } from './createShell.ts';
import { electronPorts } from './electronPorts.ts';
import { inviteScheme } from './desktop/inviteLink.ts';
import { serveHostCalls } from './window/ipcTransport.ts';
import { isOwnRequest, isPermitted } from './window/permissionPolicy.ts';
import { pageScheme, servePage } from './window/servePage.ts';
import { ShellTray } from './desktop/ShellTray.ts';
import { ShellWindow } from './window/ShellWindow.ts';

const installation = currentInstallation();

/** Locks down the session: no remote requests, and no permissions except copying and connecting to the engine. */
function secureSession(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, decide) =>
    decide(isPermitted(permission, contents.getURL())),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isOwnRequest(details.url) }));
}

function startShell(): Shell {
  protocol.handle(pageScheme, (request) => servePage(installation.pageFolder, request.url));
  secureSession();
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform)));
  const window = new ShellWindow({
    preload: path.join(installation.root, 'out', 'preload', 'preload.cjs'),
    icon: installation.resource('icons', 'app', '256x256.png'),
    devTools: !app.isPackaged,
  });
  const trayIcon = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
  const tray = new ShellTray(installation.resource('icons', trayIcon), (action) => shell.act(action));
  const shell = createShell({
    ...electronPorts(installation),
    window: { open: (route) => window.open(route), send: (name, payload) => window.send(name, payload) },
    showTray: (model) => tray.show(model),
  });
  serveHostCalls(shell.hostCalls);
  shell.start(process.argv);
  return shell;
}

/** Connects the shell to the app's events. Quitting waits until the engine has stopped. */
function followApp(shell: Shell): void {
  app.on('second-instance', (_event, args) => shell.activated(args));
  app.on('open-url', (_event, url) => shell.activated([url]));
  app.on('activate', () => shell.activated([]));
  let isStopped = false;
  app.on('before-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void shell.stop().then(() => {
      isStopped = true;
      app.quit();
    });
  });
}

// These calls must come before 'ready', so nothing here may be awaited: 'ready' is emitted once this module has run.
if (app.requestSingleInstanceLock()) {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
  app.enableSandbox();
  app.setAsDefaultProtocolClient(inviteScheme);
  app.on('window-all-closed', () => {
    // Keep running in the tray.
  });
  void app.whenReady().then(() => followApp(startShell()));
} else {
  app.quit();
}
