import type { EarningsReport, Period } from '#shared/api/history.ts';
import { formatCredits } from '#shared/domain/credits.ts';
import type { TaskType } from '#shared/domain/taskType.ts';
import type { Db } from './storeContract.ts';

/** Local calendar days; the time zone is the machine's own, so that "today" is the owner's today. */
export interface LocalDays {
  /** UTC ms at which the local day of `at` began, `daysBack` days earlier. */
  startOf(at: number, daysBack: number): number;
  /** `2026-11-20` of an instant. */
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

interface Moved {
  at: number;
  micro: string;
}

interface Worked extends Moved {
  model_name: string;
  type: TaskType;
  ms: number;
}

const daysOf: Readonly<Record<Exclude<Period, 'all'>, number>> = { day: 1, week: 7, month: 30 };

/** What came in for work done and what went out for tasks asked, by local day. */
export class EarningsQueries {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  report(swarmId: string, period: Period, now: number, days: LocalDays = localDays): EarningsReport {
    const since = period === 'all' ? this.#first(swarmId, now) : days.startOf(now, daysOf[period] - 1);
    const worked = this.#worked(swarmId, since);
    const spent = this.#spent(swarmId, since, Number.MAX_SAFE_INTEGER);
    const earnedSum = total(worked);
    return {
      period,
      earned: formatCredits(earnedSum),
      spent: formatCredits(total(spent)),
      tasksRun: worked.length,
      tasksAsked: spent.length,
      workedMs: workedMs(worked),
      changePercent:
        period === 'all'
          ? null
          : this.#change(swarmId, { since, before: days.startOf(now, 2 * daysOf[period] - 1), earnedSum }),
      days: byDay({ since, now, earned: worked, spent, days }),
      models: groupsOf(worked, (row) => row.model_name).map(([name, rows]) => ({ name, ...sumOf(rows) })),
      types: groupsOf(worked, (row) => row.type).map(([type, rows]) => ({ type, ...sumOf(rows) })),
    };
  }

  /** Earned in the last `count` local days, oldest first; today is the last one. */
  lastDays(
    swarmId: string,
    count: number,
    now: number,
    days: LocalDays = localDays,
  ): { day: string; earned: string }[] {
    const since = days.startOf(now, count - 1);
    const rows = this.#worked(swarmId, since);
    return byDay({ since, now, earned: rows, spent: [], days }).map(({ day, earned }) => ({ day, earned }));
  }

  #worked(swarmId: string, since: number): Worked[] {
    return this.#db
      .prepare<[string, number], Worked>(
        `SELECT settled_at AS at, CAST(credits AS TEXT) AS micro, model_name, type,
           coalesce(ended_at - started_at, 0) AS ms
         FROM assignments WHERE swarm_id = ? AND settled_at >= ? AND status = 'accepted'`,
      )
      .all(swarmId, since);
  }

  #spent(swarmId: string, since: number, before: number): Moved[] {
    return this.#db
      .prepare<[string, number, number], Moved>(
        `SELECT finished_at AS at, CAST(credits AS TEXT) AS micro FROM own_tasks
         WHERE swarm_id = ? AND over = 1 AND finished_at >= ? AND finished_at < ?`,
      )
      .all(swarmId, since, before);
  }

  #change(swarmId: string, span: { since: number; before: number; earnedSum: bigint }): number | null {
    const earlier = total(this.#worked(swarmId, span.before).filter((row) => row.at < span.since));
    if (earlier === 0n) return null;
    return Math.round(Number(((span.earnedSum - earlier) * 1000n) / earlier)) / 10;
  }

  #first(swarmId: string, now: number): number {
    const row = this.#db
      .prepare<[string, string], { at: number | null }>(
        `SELECT min(at) AS at FROM (SELECT min(settled_at) AS at FROM assignments WHERE swarm_id = ?
           UNION ALL SELECT min(finished_at) FROM own_tasks WHERE swarm_id = ?)`,
      )
      .get(swarmId, swarmId);
    return row?.at ?? now;
  }
}

function total(rows: readonly Moved[]): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row.micro), 0n);
}

function workedMs(rows: readonly Worked[]): number {
  return rows.reduce((sum, row) => sum + row.ms, 0);
}

function sumOf(rows: readonly Worked[]): { tasks: number; credits: string; workedMs: number } {
  return { tasks: rows.length, credits: formatCredits(total(rows)), workedMs: workedMs(rows) };
}

function groupsOf<K extends string>(rows: readonly Worked[], key: (row: Worked) => K): [K, Worked[]][] {
  const groups = new Map<K, Worked[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return [...groups].toSorted(([, a], [, b]) => Number(total(b) - total(a)));
}

interface DaySpan {
  readonly since: number;
  readonly now: number;
  readonly earned: readonly Moved[];
  readonly spent: readonly Moved[];
  readonly days: LocalDays;
}

/** One row per local day, without gaps. */
function byDay({ since, now, earned, spent, days }: DaySpan): EarningsReport['days'] {
  const sums = new Map<string, { earned: bigint; spent: bigint }>();
  const count = Math.round((days.startOf(now, 0) - days.startOf(since, 0)) / 86_400_000);
  for (let back = count; back >= 0; back -= 1) sums.set(days.name(days.startOf(now, back)), { earned: 0n, spent: 0n });
  for (const row of earned) add(sums, days.name(row.at), 'earned', row.micro);
  for (const row of spent) add(sums, days.name(row.at), 'spent', row.micro);
  return [...sums].map(([day, sum]) => ({ day, earned: formatCredits(sum.earned), spent: formatCredits(sum.spent) }));
}

function add(
  sums: Map<string, { earned: bigint; spent: bigint }>,
  day: string,
  side: 'earned' | 'spent',
  micro: string,
): void {
  const sum = sums.get(day);
  if (sum !== undefined) sum[side] += BigInt(micro);
}
