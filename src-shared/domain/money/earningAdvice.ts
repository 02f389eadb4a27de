import { z } from 'zod';
import { CreditsText, formatCredits, type MicroCredits } from './credits.ts';
import { earningsOfFullHour, earningsPerHour, type SpeedOfAll } from './expectedEarnings.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import type { SizeClass } from './prices.ts';
import { levelForComplexity, reaches, type ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import type { SwarmHealth, TypeDemand } from '#shared/domain/swarm/swarmHealth.ts';
import { type TaskType, taskTypes } from '#shared/domain/tasks/taskType.ts';

/** What one model would earn on this machine. */
export const AdviceRow = z.object({
  /** Of the catalogue; for an installed model its own. */
  id: z.string().max(100),
  name: z.string().max(200),
  installed: ModelDigest.nullable(),
  sizeBytes: z.number().min(0),
  /** Of all answers at once. */
  tokensPerSecond: z.number().min(0),
  /** False: reckoned from the size of the file and what was measured with other models, or with the memory. */
  measured: z.boolean(),
  /** By what the swarm wants now; null while it does not tell. */
  perHour: CreditsText.nullable(),
  /** In an hour that is full of work, at the neutral demand. */
  perBusyHour: CreditsText,
  /** What holds `perHour` down: too little is wanted, or the machine is not faster. */
  limit: z.enum(['demand', 'speed']).nullable(),
});
export type AdviceRow = z.infer<typeof AdviceRow>;

/** Which model would earn most here. */
export const EarningAdvice = z.object({
  /**
   * `demand`: from what the swarm wants. `quiet`: it told that nothing was wanted lately. `unknown`: it does not tell, or
   * no task was completed yet that would say how long they are. Without demand nothing is advised.
   */
  basis: z.enum(['demand', 'quiet', 'unknown']),
  /** What fits here and what is installed, best first; by full hours while the demand is not known. */
  rows: z.array(AdviceRow).max(1000),
  /** The model to download; null when none would earn more than what is here, or nothing can be told. */
  best: z
    .object({
      row: AdviceRow,
      /** More than the best installed model. */
      extraPerHour: CreditsText,
      /** At the speed of the connection; null while that is not known. */
      downloadSeconds: z.number().min(0).nullable(),
      /**
       * Hours after the beginning of the download at which it has earned more than the best installed model would have,
       * counting the download as time without earning.
       */
      paybackHours: z.number().min(0).nullable(),
    })
    .nullable(),
});
export type EarningAdvice = z.infer<typeof EarningAdvice>;

/** A model that fits this machine. */
export interface EarningModel extends SpeedOfAll {
  readonly id: string;
  readonly name: string;
  readonly installed: string | null;
  readonly types: readonly TaskType[];
  readonly sizeClass: SizeClass;
  readonly sizeBytes: number;
  readonly measured: boolean;
}

/** The swarm and the machine's place in it. */
export interface Market {
  /** Null while there is no connection. */
  readonly health: Pick<SwarmHealth, 'demand' | 'wanted'> | null;
  /** Private swarms know no level gates (rules 1.3). */
  readonly private: boolean;
  readonly level: ReputationLevel;
}

/** What would be earned with a model, an hour: in micro-credits. */
interface Reckoned {
  readonly model: EarningModel;
  readonly perHour: MicroCredits | null;
  readonly perBusyHour: MicroCredits;
  readonly limit: AdviceRow['limit'];
}

/**
 * Advises which model to download. A node gets its share of each type of task: all that is wanted, divided among the
 * nodes that serve it. That share, or what the machine can write in an hour if that is less, is paid at today's prices.
 * `bytesPerSecond`: speed of the connection, null while unknown. Pure.
 */
export function adviseModel(
  models: readonly EarningModel[],
  market: Market,
  bytesPerSecond: number | null,
): EarningAdvice {
  const basis = basisOf(market);
  const here = new Set(models.filter(({ installed }) => installed !== null).flatMap(({ types }) => types));
  const reckoned = models
    .map((model) => reckon(model, market, basis === 'demand' ? wantedTokens(model, market, here) : null))
    .toSorted((one, other) => descending(worth(one), worth(other)) || one.model.sizeBytes - other.model.sizeBytes);
  return {
    basis,
    rows: reckoned.map((one) => rowOf(one)),
    best: basis === 'demand' ? choose(reckoned, bytesPerSecond) : null,
  };
}

function basisOf({ health }: Market): EarningAdvice['basis'] {
  if (health?.wanted === undefined) return 'unknown';
  const wanted = health.wanted.filter(({ tasksPerHour }) => tasksPerHour > 0);
  if (wanted.length === 0) return 'quiet';
  return wanted.some(({ tokensPerTask }) => tokensPerTask !== null) ? 'demand' : 'unknown';
}

/**
 * Tokens an hour that a node with this model would be asked for; `here`: types that it serves already. Tasks of a type that nobody serves yet, and whose length
 * therefore nobody knows, count as long as all others are on average.
 */
export function wantedTokens(model: Pick<EarningModel, 'types'>, market: Market, here: ReadonlySet<TaskType>): number {
  const mayTake = ({ type }: TypeDemand) =>
    market.private || reaches(market.level, levelForComplexity[taskTypes[type].complexity]);
  const wanted = market.health?.wanted ?? [];
  const usual = usualLength(wanted);
  return wanted
    .filter((row) => model.types.includes(row.type) && mayTake(row))
    .reduce((sum, { type, tasksPerHour, tokensPerTask, nodes }) => {
      // A node that serves the type already is one of those that share it.
      const sharers = Math.max(1, here.has(type) ? nodes : nodes + 1);
      return sum + (tasksPerHour * (tokensPerTask ?? usual)) / sharers;
    }, 0);
}

function usualLength(wanted: readonly TypeDemand[]): number {
  const known = wanted.filter(({ tokensPerTask }) => tokensPerTask !== null);
  const tasks = known.reduce((sum, { tasksPerHour }) => sum + tasksPerHour, 0);
  const tokens = known.reduce((sum, { tasksPerHour, tokensPerTask }) => sum + tasksPerHour * (tokensPerTask ?? 0), 0);
  return tasks > 0 ? tokens / tasks : 0;
}

function reckon(model: EarningModel, { health, level }: Market, wanted: number | null): Reckoned {
  const perBusyHour = earningsOfFullHour(model, level);
  if (wanted === null || health === null) return { model, perHour: null, perBusyHour, limit: null };
  const { paid, limit } = earningsPerHour(model, { level, demand: health.demand, wantedTokens: wanted });
  return { model, perHour: paid, perBusyHour, limit };
}

function worth({ perHour, perBusyHour }: Reckoned): MicroCredits {
  return perHour ?? perBusyHour;
}

function choose(reckoned: readonly Reckoned[], bytesPerSecond: number | null): EarningAdvice['best'] {
  const candidate = reckoned.find(({ model }) => model.installed === null);
  const installed = reckoned.find(({ model }) => model.installed !== null);
  if (candidate === undefined) return null;
  const now = installed === undefined ? 0n : worth(installed);
  const extra = worth(candidate) - now;
  if (extra <= 0n) return null;
  const downloadSeconds =
    bytesPerSecond === null || bytesPerSecond <= 0 ? null : candidate.model.sizeBytes / bytesPerSecond;
  return {
    row: rowOf(candidate),
    extraPerHour: formatCredits(extra),
    downloadSeconds,
    paybackHours:
      downloadSeconds === null
        ? null
        : paybackHours({ downloadHours: downloadSeconds / 3600, before: Number(now), after: Number(worth(candidate)) }),
  };
}

/**
 * From `after × (hours − downloadHours) = before × hours`; `after` must be more than `before`. The quotient is formed
 * first: it is never rounded below one, so that the result is never less than `downloadHours`.
 */
function paybackHours({
  downloadHours,
  before,
  after,
}: {
  downloadHours: number;
  before: number;
  after: number;
}): number {
  return downloadHours * (after / (after - before));
}

function rowOf({ model, perHour, perBusyHour, limit }: Reckoned): AdviceRow {
  const { id, name, installed, sizeBytes, measured, tokensPerSecond } = model;
  return {
    id,
    name,
    installed,
    sizeBytes,
    tokensPerSecond,
    measured,
    perHour: perHour === null ? null : formatCredits(perHour),
    perBusyHour: formatCredits(perBusyHour),
    limit,
  };
}

function descending(one: bigint, other: bigint): number {
  return one === other ? 0 : one > other ? -1 : 1;
}
