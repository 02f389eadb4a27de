import { z } from 'zod';
import { CreditsText, formatCredits, type MicroCredits } from './credits.ts';
import { earningsOfFullHour, earningsPerHour, type SpeedOfAll } from './expectedEarnings.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import type { SizeClass } from './prices.ts';
import { levelForComplexity, reaches, type ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import type { SwarmHealth, TypeDemand } from '#shared/domain/swarm/swarmHealth.ts';
import { type TaskType, taskTypes } from '#shared/domain/tasks/taskType.ts';

/** Estimated earnings of one model on this machine. */
export const AdviceRow = z.object({
  /** Catalogue ID; an installed model's own ID. */
  id: z.string().max(100),
  name: z.string().max(200),
  installed: ModelDigest.nullable(),
  sizeBytes: z.number().min(0),
  /** All parallel answers together. */
  tokensPerSecond: z.number().min(0),
  /** False when estimated from the file size and measurements of other models or of the memory. */
  measured: z.boolean(),
  /** At the swarm's current demand; null while it does not report one. */
  perHour: CreditsText.nullable(),
  /** For a fully busy hour at neutral demand. */
  perBusyHour: CreditsText,
  /** What limits `perHour`: the swarm's demand or the machine's speed. */
  limit: z.enum(['demand', 'speed']).nullable(),
});
export type AdviceRow = z.infer<typeof AdviceRow>;

/** Advice on which model to download. */
export const EarningAdvice = z.object({
  /**
   * `demand`: based on the swarm's demand. `quiet`: the swarm had no tasks lately. `unknown`: it reports no demand, or
   * no completed task shows how long tasks are. Without demand nothing is recommended.
   */
  basis: z.enum(['demand', 'quiet', 'unknown']),
  /** Models that fit or are installed, best first; by busy hours while the demand is unknown. */
  rows: z.array(AdviceRow).max(1000),
  /** The model to download; null when none would earn more than the installed ones, or nothing is known. */
  best: z
    .object({
      row: AdviceRow,
      /** Gain over the best installed model. */
      extraPerHour: CreditsText,
      /** At the connection's speed; null while that is unknown. */
      downloadSeconds: z.number().min(0).nullable(),
      /**
       * Hours from the start of the download until it has earned more than the best installed model would have, counting the
       * download as time without earnings.
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

/** The swarm's demand and this machine's standing in it. */
export interface Market {
  /** Null while there is no connection. */
  readonly health: Pick<SwarmHealth, 'demand' | 'wanted'> | null;
  /** Private swarms have no level gates (rules 1.3). */
  readonly private: boolean;
  readonly level: ReputationLevel;
}

/** Estimated hourly earnings of a model, in micro-credits. */
interface Estimate {
  readonly model: EarningModel;
  readonly perHour: MicroCredits | null;
  readonly perBusyHour: MicroCredits;
  readonly limit: AdviceRow['limit'];
}

/**
 * Recommends a model to download. A node gets its share of each type of task: the total demand, divided among the
 * nodes that serve it. That share, or the machine's hourly output if that is less, is paid at today's prices.
 * `bytesPerSecond`: speed of the connection, null while unknown. Pure.
 */
export function adviseModel(
  models: readonly EarningModel[],
  market: Market,
  bytesPerSecond: number | null,
): EarningAdvice {
  const basis = basisOf(market);
  const here = new Set(models.filter(({ installed }) => installed !== null).flatMap(({ types }) => types));
  const estimates = models
    .map((model) => estimateEarnings(model, market, basis === 'demand' ? wantedTokens(model, market, here) : null))
    .toSorted((one, other) => descending(worth(one), worth(other)) || one.model.sizeBytes - other.model.sizeBytes);
  return {
    basis,
    rows: estimates.map((one) => rowOf(one)),
    best: basis === 'demand' ? choose(estimates, bytesPerSecond) : null,
  };
}

function basisOf({ health }: Market): EarningAdvice['basis'] {
  if (health?.wanted === undefined) return 'unknown';
  const wanted = health.wanted.filter(({ tasksPerHour }) => tasksPerHour > 0);
  if (wanted.length === 0) return 'quiet';
  return wanted.some(({ tokensPerTask }) => tokensPerTask !== null) ? 'demand' : 'unknown';
}

/**
 * Tokens per hour that are wanted from a node with this model. `here`: types that it already serves. Tasks of a type
 * that no node serves yet have no known length and count with the average of all others.
 */
export function wantedTokens(model: Pick<EarningModel, 'types'>, market: Market, here: ReadonlySet<TaskType>): number {
  const mayTake = ({ type }: TypeDemand) =>
    market.private || reaches(market.level, levelForComplexity[taskTypes[type].complexity]);
  const wanted = market.health?.wanted ?? [];
  const average = averageLength(wanted);
  return wanted
    .filter((row) => model.types.includes(row.type) && mayTake(row))
    .reduce((sum, { type, tasksPerHour, tokensPerTask, nodes }) => {
      // A node that already serves the type is one of the sharers.
      const sharers = Math.max(1, here.has(type) ? nodes : nodes + 1);
      return sum + (tasksPerHour * (tokensPerTask ?? average)) / sharers;
    }, 0);
}

function averageLength(wanted: readonly TypeDemand[]): number {
  const known = wanted.filter(({ tokensPerTask }) => tokensPerTask !== null);
  const tasks = known.reduce((sum, { tasksPerHour }) => sum + tasksPerHour, 0);
  const tokens = known.reduce((sum, { tasksPerHour, tokensPerTask }) => sum + tasksPerHour * (tokensPerTask ?? 0), 0);
  return tasks > 0 ? tokens / tasks : 0;
}

function estimateEarnings(model: EarningModel, { health, level }: Market, wanted: number | null): Estimate {
  const perBusyHour = earningsOfFullHour(model, level);
  if (wanted === null || health === null) return { model, perHour: null, perBusyHour, limit: null };
  const { paid, limit } = earningsPerHour(model, { level, demand: health.demand, wantedTokens: wanted });
  return { model, perHour: paid, perBusyHour, limit };
}

function worth({ perHour, perBusyHour }: Estimate): MicroCredits {
  return perHour ?? perBusyHour;
}

function choose(estimates: readonly Estimate[], bytesPerSecond: number | null): EarningAdvice['best'] {
  const candidate = estimates.find(({ model }) => model.installed === null);
  const installed = estimates.find(({ model }) => model.installed !== null);
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

function rowOf({ model, perHour, perBusyHour, limit }: Estimate): AdviceRow {
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
