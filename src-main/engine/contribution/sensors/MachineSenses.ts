import type { SenseName, SessionReport } from '#shared/api/contributionSettings.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Senses } from '#engine/ports/Senses.ts';
import type { Sensor } from './Sensor.ts';
import { known, nothingSeen, type Reading, type SenseReadings } from '#engine/ports/SenseReadings.ts';

/** One sensor for each sense. */
export type Sensors = { readonly [K in SenseName]: Sensor<Extract<SenseReadings[K], { known: true }>['value']> };

export interface MachineSensesOptions {
  readonly clock: Clock;
  readonly sensors: Sensors;
}

/** Milliseconds between two readings: at rest, and while work may disturb somebody. */
const paces: Readonly<Record<SenseName, { readonly rest: number; readonly often: number }>> = {
  user: { rest: 10_000, often: 1000 },
  programs: { rest: 10_000, often: 500 },
  processor: { rest: 10_000, often: 1000 },
  battery: { rest: 10_000, often: 5000 },
  temperature: { rest: 10_000, often: 5000 },
  network: { rest: 60_000, often: 60_000 },
};

/** Milliseconds that a report of the shell counts; the next one comes well before. */
const reportCountsMs = 90_000;

/** Reads the sensors: only those that are needed, and often only while work runs. */
export class MachineSenses implements Senses {
  readonly #options: MachineSensesOptions;
  readonly #listeners = new Set<() => void>();
  readonly #looking = new Map<SenseName, { readonly often: boolean; timer: Timer | null }>();
  #seen: SenseReadings = nothingSeen;
  #report: { readonly report: SessionReport; readonly at: number } | null = null;

  constructor(options: MachineSensesOptions) {
    this.#options = options;
  }

  readings(): SenseReadings {
    const { clock } = this.#options;
    if (this.#report === null || clock.monotonic() - this.#report.at > reportCountsMs) return this.#seen;
    const { idleMs, locked, onBattery } = this.#report.report;
    const since = clock.monotonic() - this.#report.at;
    return {
      ...this.#seen,
      ...(idleMs === null ? {} : { user: known({ idleMs: presenceOf(idleMs + since, locked) }) }),
      ...(onBattery === null ? {} : { battery: known({ onBattery }) }),
    };
  }

  look(needs: ReadonlySet<SenseName>, often: boolean): void {
    for (const [name, { timer }] of this.#looking) {
      if (needs.has(name)) continue;
      timer?.cancel();
      this.#looking.delete(name);
      this.#seen = { ...this.#seen, [name]: nothingSeen[name] };
    }
    for (const name of needs) {
      const now = this.#looking.get(name);
      if (now?.often === often) continue;
      now?.timer?.cancel();
      this.#looking.set(name, { often, timer: null });
      void this.#lookAt(name);
    }
  }

  report(report: SessionReport): void {
    this.#report = { report, at: this.#options.clock.monotonic() };
    this.#tell();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls back when the network becomes metered or unmetered. */
  onNetworkChange(listener: () => void): () => void {
    let before = JSON.stringify(this.readings().network);
    return this.onChange(() => {
      const now = JSON.stringify(this.readings().network);
      if (now === before) return;
      before = now;
      listener();
    });
  }

  /** Reads a sensor and schedules the next reading. A reading that was cancelled meanwhile changes nothing. */
  async #lookAt(name: SenseName): Promise<void> {
    const plan = this.#looking.get(name);
    const { sensors, clock } = this.#options;
    const reading: Reading<unknown> = await sensors[name].read();
    if (plan === undefined || this.#looking.get(name) !== plan) return;
    plan.timer = clock.setTimer(paces[name][plan.often ? 'often' : 'rest'], () => void this.#lookAt(name));
    this.#seen = { ...this.#seen, [name]: reading };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Behind a locked screen nobody is disturbed, however recent the last key press. */
function presenceOf(idleMs: number, locked: boolean): number {
  return locked ? Number.MAX_SAFE_INTEGER : idleMs;
}
