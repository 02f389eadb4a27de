import type { Clock, Timer } from '#shared/util/clock.ts';
import type { SenseName, SenseReport, SessionReport } from '#shared/api/contributionSettings.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { KeepAwake } from '#engine/ports/KeepAwake.ts';
import type { Pace } from '#engine/ports/inference/Pace.ts';
import type { Senses } from '#engine/ports/Senses.ts';
import type { OwnerSettings } from './OwnerSettings.ts';
import { decide } from './policy/decide.ts';
import { type Decision, nameOf, type OwnersWish, type Reason } from './policy/Decision.ts';
import { needsOf } from './policy/needsOf.ts';
import { paceOf } from './policy/paceOf.ts';
import { sensesInWords } from './policy/sensesInWords.ts';
import { clockTime } from './policy/snoozeUntil.ts';

export interface ContributionControllerOptions {
  readonly clock: Clock;
  readonly settings: OwnerSettings;
  readonly senses: Senses;
  readonly keepAwake: KeepAwake;
  /** Tasks run for others now. */
  readonly isWorking: () => boolean;
  /** Stops runs for others at their next token. */
  readonly yieldWork: () => void;
  readonly setPace: (pace: Pace) => void;
}

/** Milliseconds between two decisions while a rule depends on the time; a sensor that changes leads to one at once. */
const decideAgainMs = 10_000;

/** Decides by the owner's rules when this machine works for others, and yields it when somebody needs it. */
export class ContributionController {
  readonly #options: ContributionControllerOptions;
  readonly #listeners = new Set<() => void>();
  #decision: Decision = { do: 'work' };
  /** UTC ms since which the decision has its name; null before the first one. */
  #since: number | null = null;
  /** The pace in force, as JSON. */
  #pace = '';
  #awake = false;
  #timer: Timer | null = null;
  /** Stops listening to the sensors; null while stopped. */
  #unsubscribe: (() => void) | null = null;

  constructor(options: ContributionControllerOptions) {
    this.#options = options;
  }

  get decision(): Decision {
    return this.#decision;
  }

  /** The reason why nothing is done for others; null while work is allowed. */
  pause(): Reason | null {
    return this.#decision.do === 'pause' ? this.#decision.reason : null;
  }

  /** Percent of the processor that running models may use; null without a limit. */
  get share(): number | null {
    const { processorShare } = this.#paceNow();
    return processorShare >= 1 ? null : Math.round(processorShare * 100);
  }

  get keepsAwake(): boolean {
    return this.#awake;
  }

  senses(): SenseReport[] {
    return sensesInWords(this.#options.senses.readings(), this.#needs());
  }

  report(report: SessionReport): void {
    this.#options.senses.report(report);
  }

  /** Calls back when the decision, the pace or the lock against sleep changes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.#unsubscribe = this.#options.senses.onChange(() => this.reconsider());
    this.reconsider();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#timer?.cancel();
    this.#timer = null;
    this.#options.senses.look(new Set(), false);
    this.#holdAwake(false);
  }

  /** Decides again: a setting, a reading or the time changed, or work began or ended. */
  reconsider(): void {
    const { clock, settings, senses, isWorking } = this.#options;
    const before = JSON.stringify([this.#decision, this.#pace, this.#awake]);
    const now = clock.now();
    const decision = this.#decide(settings.wish, now);
    if (this.#since === null || nameOf(decision) !== nameOf(this.#decision)) this.#since = now;
    this.#decision = decision;
    if (decision.do === 'pause' && isWorking() && this.#isUrgent(now)) this.#options.yieldWork();
    this.#applyPace();
    const isAtWork = isWorking() && decision.do !== 'pause';
    const { battery } = senses.readings();
    const isPluggedIn = battery.known && !battery.value.onBattery;
    this.#holdAwake(isAtWork && isPluggedIn && settings.all['contribution.keepAwake']);
    if (this.#unsubscribe !== null) this.#planNext(settings.all, now);
    if (JSON.stringify([this.#decision, this.#pace, this.#awake]) === before) return;
    for (const listener of this.#listeners) listener();
  }

  #decide(wish: OwnersWish, now: number): Decision {
    const { settings, senses } = this.#options;
    const previous = this.#since === null ? null : { decision: this.#decision, since: this.#since };
    const state = { ...senses.readings(), wish, previous, clockTime: (at: number) => clockTime(at, now) };
    return decide(state, settings.all, now);
  }

  /** False while the owner only wants running tasks to finish, and no other rule pauses them. */
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

  #applyPace(): void {
    const pace = this.#paceNow();
    const text = JSON.stringify(pace);
    if (text === this.#pace) return;
    this.#pace = text;
    this.#options.setPace(pace);
  }

  #holdAwake(hold: boolean): void {
    if (hold === this.#awake) return;
    this.#awake = hold;
    this.#options.keepAwake.hold(hold);
  }

  /** Subscribes to the sensors that matter and schedules the next decision, where one depends on the time. */
  #planNext(settings: Settings, now: number): void {
    const { clock, senses, isWorking } = this.#options;
    this.#timer?.cancel();
    this.#timer = null;
    senses.look(this.#needs(), isWorking());
    const end = this.#decision.do === 'pause' ? this.#decision.reason.resumesAt : null;
    if (end === null && !dependsOnTime(settings)) return;
    const wait = Math.min(end === null ? decideAgainMs : Math.max(0, end - now), decideAgainMs);
    this.#timer = clock.setTimer(wait, () => this.reconsider());
  }
}

/** The owner's own pauses, during which no sensor is needed. */
const ownersCodes: ReadonlySet<string> = new Set(['switched_off', 'paused', 'snoozed']);

function dependsOnTime(settings: Settings): boolean {
  return settings['contribution.schedule'] !== null || settings['contribution.maintenance'].length > 0;
}
