import type { UpdatesState } from '#shared/api/hostContract.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** The part of electron-updater that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  disableWebInstaller: boolean;
  on(event: 'checking-for-update' | 'update-not-available', listener: () => void): unknown;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** With a newer release, its download begins by itself. */
  checkForUpdates(): Promise<{ readonly downloadPromise?: Promise<unknown> | null } | null>;
  quitAndInstall(): void;
}

interface UpdatesPorts {
  /** Null where this copy cannot be updated by itself: a checkout, or a package without an update address. */
  readonly updater: Updater | null;
  readonly clock: Clock;
  readonly onState: (state: UpdatesState) => void;
}

/** Not at the start itself, when the engine loads its models. */
const firstLookMs = 60_000;
/** So soon after a failure, since computers are often started before their network is there. */
const againMs = 3_600_000;
const dayMs = 24 * againMs;

/**
 * Looks for a newer release a minute after the start, once a day and when asked, downloads it, and installs it when the
 * person agrees or the app ends.
 */
export class AppUpdates {
  readonly #ports: UpdatesPorts;
  #version = '';
  #timer: Timer | null = null;
  /** UTC ms of the last look, also of one that the person asked for; null before the first. */
  #lookedAt: number | null = null;
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

  /** Begins to look by itself; without an updater there is nothing to look for. */
  start(): void {
    if (this.#ports.updater !== null) this.#lookIn(firstLookMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async check(): Promise<UpdatesState> {
    const { updater } = this.#ports;
    if (updater === null || this.#isUnderWay()) return this.#state;
    this.#lookedAt = this.#ports.clock.now();
    try {
      const found = await updater.checkForUpdates();
      // A download that breaks is told as an `error` event too; nobody else waits for it.
      found?.downloadPromise?.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
    return this.#state;
  }

  install(): void {
    if (this.#state.kind === 'ready') this.#ports.updater?.quitAndInstall();
  }

  #lookIn(delayMs: number): void {
    this.#timer = this.#ports.clock.setTimer(delayMs, () => {
      // By the clock on the wall, which goes on while the computer sleeps.
      const age = this.#lookedAt === null ? dayMs : Math.abs(this.#ports.clock.now() - this.#lookedAt);
      if (this.#state.kind === 'failed' || age >= dayMs) void this.check();
      this.#lookIn(againMs);
    });
  }

  #isUnderWay(): boolean {
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
    this.#become({ kind: 'failed', why: error instanceof Error ? error.message : 'The update could not be fetched.' });
  }

  #become(state: UpdatesState): void {
    this.#state = state;
    this.#ports.onState(state);
  }
}
