import type { BrowserWindowConstructorOptions } from 'electron';

/**
 * Options of the window: sandboxed, isolated, without Node. The background is that of the theme, so that nothing
 * flashes.
 */
export function windowOptions(facts: {
  readonly preload: string;
  readonly icon: string;
  readonly dark: boolean;
  /** Whether to allow developer tools; never in a packaged app. */
  readonly devTools: boolean;
}): BrowserWindowConstructorOptions {
  return {
    name: 'main',
    windowStatePersistence: true,
    width: 1280,
    height: 800,
    minWidth: 720,
    minHeight: 560,
    title: 'Open Swarm',
    icon: facts.icon,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: facts.dark ? '#111113' : '#fcfcfd',
    webPreferences: {
      preload: facts.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: facts.devTools,
    },
  };
}
