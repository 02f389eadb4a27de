import type { UpdatesState } from '#shared/api/hostContract.ts';

/** The part of electron-updater that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  disableWebInstaller: boolean;
  on(event: 'checking-for-update' | 'update-not-available', listener: () => void): unknown;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(): void;
}

interface UpdatesPorts {
  /** Null where this copy cannot be updated by itself: a checkout, or a package without an update address. */
  readonly updater: Updater | null;
  readonly now: () => number;
  readonly onState: (state: UpdatesState) => void;
}

/** Looks for a newer release when asked, downloads it, and installs it when the person agrees or the app ends. */
export class AppUpdates {
  readonly #ports: UpdatesPorts;
  #version = '';
  #state: UpdatesState;

  constructor(ports: UpdatesPorts) {
    this.#ports = ports;
    this.#state =
      ports.updater === null
        ? { kind: 'off', why: 'This copy was not installed from a package that updates itself.' }
        : { kind: 'idle', checkedAt: null };
    if (ports.updater !== null) this.#listen(ports.updater);
  }

  get state(): UpdatesState {
    return this.#state;
  }

  async check(): Promise<UpdatesState> {
    const { updater } = this.#ports;
    if (updater === null || this.#state.kind === 'ready') return this.#state;
    try {
      await updater.checkForUpdates();
    } catch (error) {
      this.#failed(error);
    }
    return this.#state;
  }

  install(): void {
    if (this.#state.kind === 'ready') this.#ports.updater?.quitAndInstall();
  }

  #listen(updater: Updater): void {
    updater.autoDownload = true;
    updater.autoInstallOnAppQuit = true;
    updater.disableWebInstaller = true;
    updater.on('checking-for-update', () => this.#become({ kind: 'checking' }));
    updater.on('update-not-available', () => this.#become({ kind: 'idle', checkedAt: this.#ports.now() }));
    updater.on('update-available', ({ version }) => {
      this.#version = version;
      this.#become({ kind: 'downloading', version, percent: 0 });
    });
    updater.on('download-progress', ({ percent }) =>
      this.#become({ kind: 'downloading', version: this.#version, percent: Math.round(percent) }),
    );
    updater.on('update-downloaded', ({ version }) => this.#become({ kind: 'ready', version }));
    updater.on('error', (error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#become({ kind: 'failed', why: error instanceof Error ? error.message : 'The update could not be fetched.' });
  }

  #become(state: UpdatesState): void {
    this.#state = state;
    this.#ports.onState(state);
  }
}
