import type { MenuItemConstructorOptions } from 'electron';

/** The application menu: editing, zoom and window commands, but nothing that reloads or inspects the page. */
export function appMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const own: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  return [...own, { role: 'editMenu' }, view, { role: 'windowMenu' }];
}
