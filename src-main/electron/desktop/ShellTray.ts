import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { TrayAction, TrayItem, TrayModel } from './trayMenu.ts';

/** The icon and menu in the system tray. */
export class ShellTray {
  readonly #tray: Tray;
  readonly #act: (action: TrayAction) => void;
  #shown = '';

  constructor(icon: string, act: (action: TrayAction) => void) {
    this.#tray = new Tray(icon);
    this.#act = act;
    this.#tray.on('click', () => act({ type: 'open', to: '/' }));
  }

  show(model: TrayModel): void {
    // Setting a menu closes an open one, so it is only set when it has changed.
    const text = JSON.stringify(model);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#tray.setToolTip(model.tooltip);
    this.#tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => this.#menuItem(item))));
  }

  #menuItem(item: TrayItem): MenuItemConstructorOptions {
    if ('separator' in item) return { type: 'separator' };
    const { action, label } = item;
    return action === undefined ? { label, enabled: false } : { label, click: () => this.#act(action) };
  }
}
