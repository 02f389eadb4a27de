import { BrowserWindow, nativeTheme } from 'electron';
import type { HostEventPayload } from '#shared/api/hostContract.ts';
import type { HostEventName } from '#shared/api/hostNames.ts';
import { sendHostEvent } from './ipcTransport.ts';
import { isOwnPage, pageOrigin } from './servePage.ts';
import { windowOptions } from './windowOptions.ts';

interface WindowFiles {
  readonly preload: string;
  readonly icon: string;
  readonly devTools: boolean;
}

/** The app's only window. Closing it destroys the page, which then uses no resources. */
export class ShellWindow {
  readonly #files: WindowFiles;
  #window: BrowserWindow | null = null;

  constructor(files: WindowFiles) {
    this.#files = files;
  }

  /** Shows the window at a route of the page, such as `/tasks/01H…`. */
  open(route: string): void {
    const window = this.#window;
    if (window === null) {
      this.#create(route);
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    if (route !== '/') this.send('navigate', { to: route });
  }

  /** Sends an event to the page; does nothing without a window. */
  send<K extends HostEventName>(name: K, payload: HostEventPayload<K>): void {
    if (this.#window !== null) sendHostEvent(this.#window.webContents, name, payload);
  }

  #create(route: string): void {
    const window = new BrowserWindow(windowOptions({ ...this.#files, dark: nativeTheme.shouldUseDarkColors }));
    this.#window = window;
    window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    window.webContents.on('will-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    window.webContents.on('will-attach-webview', (event) => event.preventDefault());
    window.once('ready-to-show', () => window.show());
    window.on('closed', () => {
      this.#window = null;
    });
    void window.loadURL(`${pageOrigin}/#${route}`);
  }
}
