import type { UpdatesState } from '#shared/api/hostContract.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** The part of electron-updater that the shell uses. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  disableWebInstaller: boolean;
  on(event: 'checking-for-update' | 'update-not-available', listener: () => void): unknown;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Starts the download of a newer release by itself. */
  checkForUpdates(): Promise<{ readonly downloadPromise?: Promise<unknown> | null } | null>;
  quitAndInstall(): void;
}

interface UpdatesPorts {
  /** Null in a copy that cannot update itself: a checkout, or a package without an update address. */
  readonly updater: Updater | null;
  readonly clock: Clock;
  readonly onState: (state: UpdatesState) => void;
}

/** Delay of the first check, which must not compete with the engine loading its models. */
const firstCheckMs = 60_000;
/** Timer interval. After a failure each run checks, because computers often start before their network. */
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Checks for a newer release a minute after the start, once a day and on request, downloads it, and installs it when
 * the person agrees or the app exits.
 */
export class AppUpdates {
  readonly #ports: UpdatesPorts;
  #version = '';
  #timer: Timer | null = null;
  /** UTC milliseconds of the last check, including checks on request; null before the first. */
  #checkedAt: number | null = null;
  #state: UpdatesState;

  constructor(ports: UpdatesPorts) {
    this.#ports = ports;
    this.#state =
      ports.updater === null
        ? { kind: 'off', why: 'This copy was not installed from a package with automatic updates.' }
        : { kind: 'idle', checkedAt: null };
    if (ports.updater !== null) this.#listen(ports.updater);
  }

  get state(): UpdatesState {
    return this.#state;
  }

  /** Starts the periodic checks. */
  start(): void {
    if (this.#ports.updater !== null) this.#checkIn(firstCheckMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async check(): Promise<UpdatesState> {
    const { updater } = this.#ports;
    if (updater === null || this.#isInProgress()) return this.#state;
    this.#checkedAt = this.#ports.clock.now();
    try {
      const found = await updater.checkForUpdates();
      // A failed download is also emitted as an `error` event; nothing else awaits this promise.
      found?.downloadPromise?.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
    return this.#state;
  }

  install(): void {
    if (this.#state.kind === 'ready') this.#ports.updater?.quitAndInstall();
  }

  #checkIn(delayMs: number): void {
    this.#timer = this.#ports.clock.setTimer(delayMs, () => {
      // Uses the wall clock, which also advances while the computer sleeps.
      const age = this.#checkedAt === null ? dayMs : Math.abs(this.#ports.clock.now() - this.#checkedAt);
      if (this.#state.kind === 'failed' || age >= dayMs) void this.check();
      this.#checkIn(hourMs);
    });
  }

  #isInProgress(): boolean {
    return ['checking', 'downloading', 'ready'].includes(this.#state.kind);
  }

  #listen(updater: Updater): void {
    updater.autoDownload = true;
    updater.autoInstallOnAppQuit = true;
    updater.disableWebInstaller = true;
    updater.on('checking-for-update', () => this.#become({ kind: 'checking' }));
    updater.on('update-not-available', () => this.#become({ kind: 'idle', checkedAt: this.#ports.clock.now() }));
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
    this.#become({
      kind: 'failed',
      why: error instanceof Error ? error.message : 'The update could not be downloaded.',
    });
  }

  #become(state: UpdatesState): void {
    this.#state = state;
    this.#ports.onState(state);
  }
}
