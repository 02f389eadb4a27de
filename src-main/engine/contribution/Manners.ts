import type { Clock, Timer } from '#shared/util/clock.ts';
import type { SenseName, SenseReport, SessionReport } from '#shared/api/contributionSettings.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { KeepAwake, Pace, Senses } from '#engine/ports/engineContract.ts';
import type { OwnerSettings } from './OwnerSettings.ts';
import { decide } from './policy/decide.ts';
import { type Decision, nameOf, type OwnersWish, type Reason } from './policy/Decision.ts';
import { needsOf } from './policy/needsOf.ts';
import { paceOf } from './policy/paceOf.ts';
import { sensesInWords } from './policy/sensesInWords.ts';
import { clockTime } from './policy/snoozeUntil.ts';
import { nothingSeen } from './sensors/Sensor.ts';

export interface MannersOptions {
  readonly clock: Clock;
  readonly settings: OwnerSettings;
  /** What looks at the machine; without it nothing is known of it. */
  readonly senses: Senses | undefined;
  readonly keepAwake: KeepAwake | undefined;
  /** Tasks run for others now. */
  readonly isWorking: () => boolean;
  /** Runs for others end at their next token. */
  readonly giveBack: () => void;
  readonly setPace: (pace: Pace) => void;
  /** The decision, the pace or what keeps the computer awake changed. */
  readonly onChange: () => void;
}

/** Rules of time are looked at this often; a sensor that changes tells at once. */
const lookAgainMs = 10_000;

/** Keeps to the owner's rules: looks at the machine, decides, and gives it back when somebody needs it. */
export class Manners {
  readonly #options: MannersOptions;
  #decision: Decision = { do: 'work' };
  #since: number | null = null;
  #pace = '';
  #awake = false;
  #timer: Timer | null = null;
  #forget: (() => void) | null = null;

  constructor(options: MannersOptions) {
    this.#options = options;
  }

  get decision(): Decision {
    return this.#decision;
  }

  /** Why nothing is done for others; null when it is. */
  pause(): Reason | null {
    return this.#decision.do === 'pause' ? this.#decision.reason : null;
  }

  /** Percent of the processor that running models may use; null while there is no limit. */
  get share(): number | null {
    const { processorShare } = this.#paceNow();
    return processorShare >= 1 ? null : Math.round(processorShare * 100);
  }

  get keepsAwake(): boolean {
    return this.#awake;
  }

  senses(): SenseReport[] {
    return sensesInWords(this.#options.senses?.readings() ?? nothingSeen, this.#needs());
  }

  report(report: SessionReport): void {
    this.#options.senses?.report(report);
  }

  start(): void {
    this.#forget = this.#options.senses?.onChange(() => this.reconsider()) ?? null;
    this.reconsider();
  }

  stop(): void {
    this.#forget?.();
    this.#forget = null;
    this.#timer?.cancel();
    this.#timer = null;
    this.#options.senses?.look(new Set(), false);
    this.#holdAwake(false);
  }

  /** Decides anew: a setting, a reading or the time changed, or work began or ended. */
  reconsider(): void {
    const { clock, settings, senses, isWorking, onChange } = this.#options;
    const before = JSON.stringify([this.#decision, this.#pace, this.#awake]);
    const now = clock.now();
    const decision = this.#decide(settings.wish, now);
    if (this.#since === null || nameOf(decision) !== nameOf(this.#decision)) this.#since = now;
    this.#decision = decision;
    if (decision.do === 'pause' && isWorking() && this.#isUrgent(now)) this.#options.giveBack();
    this.#tellPace();
    const isAtWork = isWorking() && decision.do !== 'pause';
    const battery = senses?.readings().battery;
    const isPluggedIn = battery?.known === true && !battery.value.onBattery;
    this.#holdAwake(isAtWork && isPluggedIn && settings.all['contribution.keepAwake']);
    if (this.#forget !== null || senses === undefined) this.#lookOn(settings.all, now);
    if (JSON.stringify([this.#decision, this.#pace, this.#awake]) !== before) onChange();
  }

  #decide(wish: OwnersWish, now: number): Decision {
    const { settings, senses } = this.#options;
    const previous = this.#since === null ? null : { decision: this.#decision, since: this.#since };
    const state = {
      ...(senses?.readings() ?? nothingSeen),
      wish,
      previous,
      clockTime: (at: number) => clockTime(at, now),
    };
    return decide(state, settings.all, now);
  }

  /** False while the owner only wants what runs to be finished, and no other rule stands against that. */
  #isUrgent(now: number): boolean {
    const { settings } = this.#options;
    return !settings.finishFirst || this.#decide({ on: true, snoozedUntil: null }, now).do === 'pause';
  }

  #needs(): ReadonlySet<SenseName> {
    const isOff = this.#decision.do === 'pause' && ownersCodes.has(this.#decision.reason.code);
    return needsOf(this.#options.settings.all, !isOff);
  }

  #paceNow(): Pace {
    return paceOf(this.#options.settings.all, this.#decision);
  }

  #tellPace(): void {
    const pace = this.#paceNow();
    const text = JSON.stringify(pace);
    if (text === this.#pace) return;
    this.#pace = text;
    this.#options.setPace(pace);
  }

  #holdAwake(hold: boolean): void {
    if (hold === this.#awake) return;
    this.#awake = hold;
    this.#options.keepAwake?.hold(hold);
  }

  /** Sees to it that the next change is noticed. */
  #lookOn(settings: Settings, now: number): void {
    const { clock, senses, isWorking } = this.#options;
    this.#timer?.cancel();
    this.#timer = null;
    senses?.look(this.#needs(), isWorking());
    const end = this.#decision.do === 'pause' ? this.#decision.reason.resumesAt : null;
    if (end === null && !dependsOnTime(settings)) return;
    const wait = Math.min(end === null ? lookAgainMs : Math.max(0, end - now), lookAgainMs);
    this.#timer = clock.setTimer(wait, () => this.reconsider());
  }
}

/** Pauses during which nothing needs to be looked at. */
const ownersCodes: ReadonlySet<string> = new Set(['switched_off', 'paused', 'snoozed']);

function dependsOnTime(settings: Settings): boolean {
  return settings['contribution.schedule'] !== null || settings['contribution.maintenance'].length > 0;
}
