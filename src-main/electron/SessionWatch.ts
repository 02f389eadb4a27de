import type { SessionReport } from '#shared/api/contributionSettings.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { ShellView } from './EngineLink.ts';

/** The desktop session that the shell stands in, as Electron sees it. */
export interface OwnerSession {
  /** What is so now; null parts are not told by this system. */
  readonly read: () => SessionReport;
  /** Calls back when the screen is locked or unlocked, the plug is pulled or put in, or the computer wakes. */
  readonly onEvent: (listener: () => void) => () => void;
  /** Keeps the computer from going to sleep until the returned function is called. */
  readonly keepAwake: () => () => void;
}

export interface SessionWatchOptions {
  readonly clock: Clock;
  readonly session: OwnerSession;
  readonly send: (report: SessionReport) => void;
}

/** Looked at every second only while work may disturb somebody; else the next report is soon enough. */
const lookMs = { often: 1000, waiting: 10_000, rest: 30_000 } as const;
/** The engine forgets what it was told after 90 s. */
const reportEveryMs = 30_000;
/** A person who was away so long and moves the mouse has come back. */
const awayMs = 5000;

/** Tells the engine whether somebody uses the computer, and keeps the computer awake when the engine wants it. */
export class SessionWatch {
  readonly #options: SessionWatchOptions;
  #pace: keyof typeof lookMs | null = null;
  #timer: Timer | null = null;
  #forget: (() => void) | null = null;
  #told: { readonly report: SessionReport; readonly at: number } | null = null;
  #release: (() => void) | null = null;

  constructor(options: SessionWatchOptions) {
    this.#options = options;
  }

  /** Follows the engine's state; without an engine nothing is looked at. */
  follow({ contribution, watchesUser }: Pick<ShellView, 'contribution' | 'watchesUser'>): void {
    this.#holdAwake(contribution?.keepAwake === true);
    const pace = contribution === null ? null : paceOf(contribution.state === 'working', watchesUser);
    if (pace === this.#pace) return;
    this.#pace = pace;
    this.#told = null;
    this.#forget?.();
    this.#forget = pace === null ? null : this.#options.session.onEvent(() => this.#look());
    this.#look();
  }

  #look(): void {
    this.#timer?.cancel();
    if (this.#pace === null) return;
    const { clock, session, send } = this.#options;
    const report = session.read();
    const now = clock.monotonic();
    if (this.#isNews(report, now)) {
      this.#told = { report, at: now };
      send(report);
    }
    this.#timer = clock.setTimer(lookMs[this.#pace], () => this.#look());
  }

  #isNews(report: SessionReport, now: number): boolean {
    if (this.#told === null || now - this.#told.at >= reportEveryMs) return true;
    const { report: told, at } = this.#told;
    if (report.locked !== told.locked || report.onBattery !== told.onBattery) return true;
    // The engine counts on from what it was told: only a person who came back makes a difference.
    const expected = (told.idleMs ?? 0) + (now - at);
    return report.idleMs !== null && expected >= awayMs && report.idleMs < expected - awayMs;
  }

  #holdAwake(hold: boolean): void {
    if (hold === (this.#release !== null)) return;
    this.#release?.();
    this.#release = hold ? this.#options.session.keepAwake() : null;
  }
}

function paceOf(isWorking: boolean, watchesUser: boolean): keyof typeof lookMs {
  if (!watchesUser) return 'rest';
  return isWorking ? 'often' : 'waiting';
}
