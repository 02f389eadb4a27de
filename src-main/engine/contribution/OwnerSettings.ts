import { settingsDefaults, type Settings } from '#shared/api/snapshot.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { OwnersWish } from './policy/Decision.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';

export interface OwnerSettingsOptions {
  readonly clock: Clock;
  readonly store: EngineStore;
  /** Name of a node whose owner chose none. */
  readonly defaultName: string;
}

/** The owner's settings, in memory and in the store; a snooze ends by itself. */
export class OwnerSettings {
  readonly #options: OwnerSettingsOptions;
  readonly #listeners = new Set<() => void>();
  #settings: Settings;
  #snoozedUntil: number | 'forever' | null;
  #finishFirst = false;
  #timer: Timer | null = null;

  constructor(options: OwnerSettingsOptions) {
    this.#options = options;
    const { store } = options;
    this.#settings = store.settings.settings({
      'node.name': options.defaultName,
      ...settingsDefaults,
    });
    this.#snoozedUntil = store.settings.mark('snoozedUntil');
  }

  get all(): Settings {
    return this.#settings;
  }

  get wish(): OwnersWish {
    return { on: this.#settings['contribution.on'], snoozedUntil: this.#snoozedUntil };
  }

  /** True when the owner paused so that running tasks may finish. */
  get finishFirst(): boolean {
    return this.#finishFirst;
  }

  /** Calls back when a setting, or a pause by the owner, changes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Schedules the end of a snooze. */
  start(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (typeof this.#snoozedUntil !== 'number') return;
    const { clock } = this.#options;
    const wait = Math.min(86_400_000, Math.max(0, this.#snoozedUntil - clock.now()));
    this.#timer = clock.setTimer(wait, () => {
      this.start();
      this.#announce();
    });
    if (this.#snoozedUntil <= clock.now()) this.stop();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Changes the given settings; undefined ones stay as they are. Resolves with all settings. */
  async set(input: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings> {
    const { store } = this.#options;
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    const change: Partial<Settings> = withoutPast(Object.fromEntries(given), this.#options.clock.now());
    if ('contribution.on' in change) this.#finishFirst = false;
    await store.write(() => store.settings.save(change));
    this.#settings = { ...this.#settings, ...change };
    this.#announce();
    return this.#settings;
  }

  /** Pauses contributing until an instant (UTC ms), or until it is resumed. */
  async snooze(until: number | 'forever', finishFirst: boolean): Promise<void> {
    this.#finishFirst = finishFirst;
    await this.#setSnooze(until);
  }

  async resume(): Promise<void> {
    this.#finishFirst = false;
    await this.#setSnooze(null);
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }

  async #setSnooze(until: number | 'forever' | null): Promise<void> {
    const { store } = this.#options;
    await store.write(() => store.settings.setMark('snoozedUntil', until));
    this.#snoozedUntil = until;
    this.start();
    this.#announce();
  }
}

/** Drops maintenance windows that are over. */
function withoutPast(change: Partial<Settings>, now: number): Partial<Settings> {
  const { 'contribution.maintenance': planned } = change;
  if (planned === undefined) return change;
  return { ...change, 'contribution.maintenance': planned.filter(({ until }) => until > now) };
}
