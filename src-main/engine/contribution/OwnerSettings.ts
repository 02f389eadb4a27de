import { contributionDefaults } from '#shared/api/contributionSettings.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { OwnersWish } from './policy/Decision.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';

export interface OwnerSettingsOptions {
  readonly clock: Clock;
  readonly store: EngineStore;
  readonly defaultName: string;
  /** What the owner wants of contributing, the name, or another setting changed. */
  readonly onChange: () => void;
}

/** What the owner has set, in memory and stored; a snooze ends by itself. */
export class OwnerSettings {
  readonly #options: OwnerSettingsOptions;
  #settings: Settings;
  #snoozedUntil: number | 'forever' | null;
  #finishFirst = false;
  #timer: Timer | null = null;

  constructor(options: OwnerSettingsOptions) {
    this.#options = options;
    const { store } = options;
    this.#settings = store.settings.settings({
      'node.name': options.defaultName,
      ...contributionDefaults,
      'privateSwarm.onNetwork': false,
      'interface.notifications': true,
      'requests.defaultPrivacy': 'internal',
      'requests.defaultPriority': 'medium',
      'models.diskBudgetBytes': null,
      'downloads.bytesPerSecond': null,
      'downloads.onMetered': false,
      'downloads.hub': 'https://huggingface.co',
    });
    this.#snoozedUntil = store.settings.mark('snoozedUntil');
  }

  get all(): Settings {
    return this.#settings;
  }

  get wish(): OwnersWish {
    return { on: this.#settings['contribution.on'], snoozedUntil: this.#snoozedUntil };
  }

  /** The last pause lets tasks that run finish. */
  get finishFirst(): boolean {
    return this.#finishFirst;
  }

  /** Begins to watch the end of a snooze. */
  start(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (typeof this.#snoozedUntil !== 'number') return;
    const { clock, onChange } = this.#options;
    const wait = Math.min(86_400_000, Math.max(0, this.#snoozedUntil - clock.now()));
    this.#timer = clock.setTimer(wait, () => {
      this.start();
      onChange();
    });
    if (this.#snoozedUntil <= clock.now()) this.stop();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Fields that are left out or undefined stay as they are. */
  async set(input: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings> {
    const { store, onChange } = this.#options;
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    const change: Partial<Settings> = withoutPast(Object.fromEntries(given), this.#options.clock.now());
    if ('contribution.on' in change) this.#finishFirst = false;
    await store.write(() => store.settings.save(change));
    this.#settings = { ...this.#settings, ...change };
    onChange();
    return this.#settings;
  }

  /** `until` is UTC ms. */
  async snooze(until: number | 'forever', finishFirst: boolean): Promise<void> {
    this.#finishFirst = finishFirst;
    await this.#setSnooze(until);
  }

  async resume(): Promise<void> {
    this.#finishFirst = false;
    await this.#setSnooze(null);
  }

  async #setSnooze(until: number | 'forever' | null): Promise<void> {
    const { store, onChange } = this.#options;
    await store.write(() => store.settings.setMark('snoozedUntil', until));
    this.#snoozedUntil = until;
    this.start();
    onChange();
  }
}

/** Planned times that are over are nobody's plan any more. */
function withoutPast(change: Partial<Settings>, now: number): Partial<Settings> {
  const { 'contribution.maintenance': planned } = change;
  if (planned === undefined) return change;
  return { ...change, 'contribution.maintenance': planned.filter(({ until }) => until > now) };
}
