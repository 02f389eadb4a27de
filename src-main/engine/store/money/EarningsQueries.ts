import type { EarningsReport, Period } from '#shared/api/history.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import { spanMs } from './runningFigures.ts';
import type { Db } from '#engine/store/storeContract.ts';

/** Calendar days in a time zone; by default the machine's own, so that "today" is the owner's. */
export interface LocalDays {
  /** Start of the local day `daysBack` days before `at`, in UTC ms. */
  startOf(at: number, daysBack: number): number;
  /** The local date of an instant, such as `2026-11-20`. */
  name(at: number): string;
}

export const localDays: LocalDays = {
  startOf(at, daysBack) {
    const day = new Date(at);
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBack).getTime();
  },
  name(at) {
    const day = new Date(at);
    return `${day.getFullYear()}-${twoDigits(day.getMonth() + 1)}-${twoDigits(day.getDate())}`;
  },
};

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}

interface Sums {
  readonly tasks: number;
  readonly micro: bigint;
  readonly workedMs: number;
}

interface SumsRow {
  tasks: number;
  micro: string;
  worked_ms: number;
}

/** A half-open interval in UTC ms, rounded down to quarters of an hour. */
interface Interval {
  readonly since: number;
  readonly until: number;
}

interface Day extends Interval {
  /** Such as `2026-11-20`. */
  readonly name: string;
}

const daysOf: Readonly<Record<Exclude<Period, 'all'>, number>> = { day: 1, week: 7, month: 30 };

const endOfTime = Number.MAX_SAFE_INTEGER;

/** Credits earned for work and spent on own tasks, by local day; read from the running totals. */
export class EarningsQueries {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Sums of a period that ends now. `changePercent` compares its earnings with the period before. */
  report(swarmId: string, period: Period, now: number, days: LocalDays = localDays): EarningsReport {
    const since = period === 'all' ? this.#first(swarmId, now) : days.startOf(now, daysOf[period] - 1);
    const interval = { since, until: endOfTime };
    const earned = this.#earned(swarmId, interval);
    const spent = this.#spent(swarmId, interval);
    return {
      period,
      earned: formatCredits(earned.micro),
      spent: formatCredits(spent.micro),
      tasksRun: earned.tasks,
      tasksAsked: spent.tasks,
      workedMs: earned.workedMs,
      changePercent:
        period === 'all'
          ? null
          : this.#change(swarmId, { since: days.startOf(now, 2 * daysOf[period] - 1), until: since }, earned.micro),
      days: eachDay(since, now, days).map((day) => ({
        day: day.name,
        earned: formatCredits(this.#earned(swarmId, day).micro),
        spent: formatCredits(this.#spent(swarmId, day).micro),
      })),
      models: this.#groups<string>('model_name', swarmId, interval).map(([name, sums]) => ({
        name,
        ...formatSums(sums),
      })),
      types: this.#groups<TaskType>('type', swarmId, interval).map(([type, sums]) => ({ type, ...formatSums(sums) })),
    };
  }

  /** Micro-credits earned in each of the last `count` local days, oldest first, today included. */
  lastDays(swarmId: string, count: number, now: number, days: LocalDays = localDays): { day: string; micro: bigint }[] {
    return eachDay(days.startOf(now, count - 1), now, days).map((day) => ({
      day: day.name,
      micro: this.#earned(swarmId, day).micro,
    }));
  }

  #earned(swarmId: string, interval: Interval): Sums {
    const row = this.#db
      .prepare<[string, number, number], SumsRow>(`SELECT ${sumsOfWork} FROM earned ${inInterval}`)
      .get(swarmId, ...spansOf(interval));
    return toSums(row);
  }

  #spent(swarmId: string, interval: Interval): Sums {
    const row = this.#db
      .prepare<[string, number, number], SumsRow>(
        `SELECT coalesce(sum(tasks), 0) AS tasks, CAST(coalesce(sum(credits), 0) AS TEXT) AS micro, 0 AS worked_ms
         FROM spent ${inInterval}`,
      )
      .get(swarmId, ...spansOf(interval));
    return toSums(row);
  }

  /** Sums by model or type, highest earnings first. */
  #groups<K extends string>(column: 'model_name' | 'type', swarmId: string, interval: Interval): [K, Sums][] {
    return this.#db
      .prepare<[string, number, number], SumsRow & { name: K }>(
        `SELECT ${column} AS name, ${sumsOfWork} FROM earned ${inInterval}
         GROUP BY ${column} HAVING sum(tasks) > 0 ORDER BY sum(credits) DESC`,
      )
      .all(swarmId, ...spansOf(interval))
      .map((row) => [row.name, toSums(row)]);
  }

  /** Change of the earnings against an earlier interval in percent, one decimal; null when nothing was earned then. */
  #change(swarmId: string, before: Interval, now: bigint): number | null {
    const earlier = this.#earned(swarmId, before).micro;
    if (earlier === 0n) return null;
    return Math.round(Number(((now - earlier) * 1000n) / earlier)) / 10;
  }

  /** When the first credits were earned or spent, in UTC ms; `now` when none were. */
  #first(swarmId: string, now: number): number {
    const row = this.#db
      .prepare<[string, string], { span: number | null }>(
        `SELECT min(span) AS span FROM (SELECT min(span) AS span FROM earned WHERE swarm_id = ?
           UNION ALL SELECT min(span) FROM spent WHERE swarm_id = ?)`,
      )
      .get(swarmId, swarmId);
    const span = row?.span ?? null;
    return span === null ? now : span * spanMs;
  }
}

const sumsOfWork = `coalesce(sum(tasks), 0) AS tasks, CAST(coalesce(sum(credits), 0) AS TEXT) AS micro,
  coalesce(sum(worked_ms), 0) AS worked_ms`;

const inInterval = 'WHERE swarm_id = ? AND span >= ? AND span < ?';

function spansOf({ since, until }: Interval): [number, number] {
  return [Math.floor(since / spanMs), Math.floor(until / spanMs)];
}

function toSums(row: SumsRow | undefined): Sums {
  return { tasks: row?.tasks ?? 0, micro: BigInt(row?.micro ?? '0'), workedMs: row?.worked_ms ?? 0 };
}

function formatSums({ tasks, micro, workedMs }: Sums): { tasks: number; credits: string; workedMs: number } {
  return { tasks, credits: formatCredits(micro), workedMs };
}

/**
 * The local days from that of `since` to today, without gaps. Today has no end, so that rows with a later time count
 * too.
 */
function eachDay(since: number, now: number, days: LocalDays): Day[] {
  const count = Math.round((days.startOf(now, 0) - days.startOf(since, 0)) / 86_400_000);
  return Array.from({ length: count + 1 }, (_, index) => {
    const start = days.startOf(now, count - index);
    return {
      name: days.name(start),
      since: start,
      until: index === count ? endOfTime : days.startOf(now, count - index - 1),
    };
  });
}
