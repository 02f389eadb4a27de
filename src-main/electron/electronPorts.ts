import { existsSync } from 'node:fs';
import path from 'node:path';
import { app, dialog, Notification, shell } from 'electron';
import updaterPackage from 'electron-updater';
import { homeFolder } from '#node/homeFolder.ts';
import type { Installation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { Updater } from './desktop/AppUpdates.ts';
import { attachEngine } from './engine/attachEngine.ts';
import { createAutostartFile } from './desktop/autostartFile.ts';
import type { ShellPorts } from './createShell.ts';
import { electronSession } from './desktop/electronSession.ts';
import { launchEngine } from './engine/launchEngine.ts';

/** The ports that need only Electron and the machine; `main.ts` adds window and tray. */
export function electronPorts(installation: Installation): Omit<ShellPorts, 'window' | 'showTray'> {
  return {
    clock: systemClock,
    random: systemRandom,
    launchEngine: async () => {
      const home = homeFolder(undefined);
      const node = installation.nodeExecutable();
      const entry = installation.entryPoint('engine');
      return (await attachEngine(home)) ?? launchEngine({ node, entry, home, env: process.env });
    },
    updater: findUpdater(),
    session: electronSession(),
    autostart: autostart(),
    showInFolder: (file) => shell.showItemInFolder(file),
    openDialog: async ({ title, kind, filters }) => {
      const { filePaths } = await dialog.showOpenDialog({
        title,
        properties: [kind === 'file' ? 'openFile' : 'openDirectory'],
        filters: filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] })),
        defaultPath: app.getPath('home'),
      });
      return filePaths[0] ?? null;
    },
    setBadge: (count) => void app.setBadgeCount(count),
    notify: (notice, onClick) => {
      const notification = new Notification(notice);
      notification.on('click', onClick);
      notification.show();
    },
    quit: () => app.quit(),
  };
}

/** The updater of a packaged app with an update address; null otherwise. */
function findUpdater(): Updater | null {
  const isUpdatable = app.isPackaged && existsSync(path.join(process.resourcesPath, 'app-update.yml'));
  return isUpdatable ? updaterPackage.autoUpdater : null;
}

/** Autostart by the system's login items; on Linux, which has none, by a desktop entry. */
function autostart(): ShellPorts['autostart'] {
  const args = ['--hidden'];
  if (process.platform === 'linux') {
    const program = process.env['APPIMAGE'] ?? process.execPath;
    return createAutostartFile([program, ...(app.isPackaged ? [] : [app.getAppPath()]), ...args], process.env);
  }
  return {
    get: async () => app.getLoginItemSettings({ args }).openAtLogin,
    set: async (on) => app.setLoginItemSettings({ openAtLogin: on, args }),
  };
}
