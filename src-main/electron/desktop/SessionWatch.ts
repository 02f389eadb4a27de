import type { SessionReport } from '#shared/api/contributionSettings.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { ShellView } from '#main/electron/engine/EngineLink.ts';

/** The desktop session of the shell. */
export interface OwnerSession {
  /** The present state; parts that this system does not provide are null. */
  readonly read: () => SessionReport;
  /**
   * Calls the listener when the screen is locked or unlocked, mains power changes, or the computer wakes. Returns a
   * function that unsubscribes it.
   */
  readonly onEvent: (listener: () => void) => () => void;
  /** Prevents the computer from sleeping until the returned function is called. */
  readonly keepAwake: () => () => void;
}

export interface SessionWatchOptions {
  readonly clock: Clock;
  readonly session: OwnerSession;
  readonly send: (report: SessionReport) => void;
}

/** Interval between checks, in milliseconds: every second only while work may disturb somebody. */
const checkMs = { often: 1000, waiting: 10_000, rest: 30_000 } as const;
/** Longest time between reports; the engine discards a report after 90 s. */
const reportIntervalMs = 30_000;
/** Input after this long without any counts as a return of the person. */
const awayMs = 5000;

/** Reports to the engine whether somebody uses the computer, and prevents sleep when the engine asks for it. */
export class SessionWatch {
  readonly #options: SessionWatchOptions;
  #pace: keyof typeof checkMs | null = null;
  #timer: Timer | null = null;
  #unsubscribe: (() => void) | null = null;
  #sent: { readonly report: SessionReport; readonly at: number } | null = null;
  #release: (() => void) | null = null;

  constructor(options: SessionWatchOptions) {
    this.#options = options;
  }

  /** Adapts to the engine's state; without an engine nothing is checked. */
  follow({ contribution, watchesUser }: Pick<ShellView, 'contribution' | 'watchesUser'>): void {
    this.#holdAwake(contribution?.keepAwake === true);
    const pace = contribution === null ? null : paceOf(contribution.state === 'working', watchesUser);
    if (pace === this.#pace) return;
    this.#pace = pace;
    this.#sent = null;
    this.#unsubscribe?.();
    this.#unsubscribe = pace === null ? null : this.#options.session.onEvent(() => this.#check());
    this.#check();
  }

  #check(): void {
    this.#timer?.cancel();
    if (this.#pace === null) return;
    const { clock, session, send } = this.#options;
    const report = session.read();
    const now = clock.monotonic();
    if (this.#isNews(report, now)) {
      this.#sent = { report, at: now };
      send(report);
    }
    this.#timer = clock.setTimer(checkMs[this.#pace], () => this.#check());
  }

  #isNews(report: SessionReport, now: number): boolean {
    if (this.#sent === null || now - this.#sent.at >= reportIntervalMs) return true;
    const { report: sent, at } = this.#sent;
    if (report.locked !== sent.locked || report.onBattery !== sent.onBattery) return true;
    // The engine extrapolates the idle time itself, so only a return of the person is news.
    const expected = (sent.idleMs ?? 0) + (now - at);
    return report.idleMs !== null && expected >= awayMs && report.idleMs < expected - awayMs;
  }

  #holdAwake(hold: boolean): void {
    if (hold === (this.#release !== null)) return;
    this.#release?.();
    this.#release = hold ? this.#options.session.keepAwake() : null;
  }
}

function paceOf(isWorking: boolean, watchesUser: boolean): keyof typeof checkMs {
  if (!watchesUser) return 'rest';
  return isWorking ? 'often' : 'waiting';
}
