import { z } from 'zod';
import { ReputationLevel, levelThreshold, levelsInOrder } from './reputationLevel.ts';
import { type Submission, ownNodesOnly } from '#shared/domain/tasks/task.ts';

/** Version of the formula, stored with every change. */
export const reputationFormula = {
  version: 1,
  /** Weights of the three layers (paper 004 §3, trust 4.9). */
  weights: { automated: 0.3, success: 0.4, peer: 0.3 },
  /** Evidence halves after 150 weighted samples, and after 30 idle days. */
  halfLifeSamples: 150,
  halfLifeDays: 30,
  /** Automated checks count half until verification exists (rules 5.4). */
  automatedWeight: 0.5,
  /** Weight of an unverified task that was on time. */
  unverifiedWeight: 0.2,
  /** Floors count at most this many settled tasks per requester account. */
  floorPerRequester: 5,
  floors: {
    novice: { settled: 0, days: 0 },
    intermediate: { settled: 20, days: 0 },
    expert: { settled: 100, days: 0 },
    master: { settled: 400, days: 14 },
  },
} as const;

/** Evidence for and against as a Beta distribution. */
export const Beta = z.object({ a: z.number().positive(), b: z.number().positive() });
export type Beta = z.infer<typeof Beta>;

/** Everything stored per node and swarm to compute its reputation. */
export const ReputationState = z.object({
  automated: Beta,
  success: Beta,
  peer: Beta,
  /** Samples seen per layer, undecayed, for people to read. */
  samples: z.object({ automated: z.int(), success: z.int(), peer: z.int() }),
  /** Settled tasks that count for the floors. */
  settledForFloor: z.int().min(0),
  onTime: z.int().min(0),
  late: z.int().min(0),
  failed: z.int().min(0),
  /** UTC ms of enrolment and of the last change. */
  since: z.number(),
  updatedAt: z.number(),
});
export type ReputationState = z.infer<typeof ReputationState>;

const priors = {
  automated: { a: 2, b: 2 },
  success: { a: 2, b: 2 },
  // Five pseudo-reviews of an unknown model: its mean is taken as one half.
  peer: { a: 2.5, b: 2.5 },
} as const;

const dayMs = 86_400_000;

/** A newcomer: novice near 28. */
export function newReputation(now: number): ReputationState {
  return {
    automated: { ...priors.automated },
    success: { ...priors.success },
    peer: { ...priors.peer },
    samples: { automated: 0, success: 0, peer: 0 },
    settledForFloor: 0,
    onTime: 0,
    late: 0,
    failed: 0,
    since: now,
    updatedAt: now,
  };
}

/** Evidence about a node from a finished assignment. Scores are 0 to 1. */
export type ReputationEvidence =
  | {
      kind: 'settled';
      onTime: boolean;
      /** Score of the automated checks, 0 to 1. */
      automated: number;
      /** Settled tasks of this requester counted so far for this node. */
      earlierFromRequester: number;
    }
  | { kind: 'failed'; weight: number };

/** Team, own and welcome tasks do not count for a node's reputation (rules 5.4). */
export function countsForReputation(
  task: Pick<Submission, 'privacy' | 'audience'> & { readonly welcome: boolean },
): boolean {
  return !task.welcome && task.audience !== 'team' && !ownNodesOnly(task);
}

/** The state after one more piece of evidence at `now`. Pure. */
export function withEvidence(state: ReputationState, evidence: ReputationEvidence, now: number): ReputationState {
  const rested = afterIdle(state, now);
  if (evidence.kind === 'failed') {
    return {
      ...rested,
      success: update(rested.success, priors.success, 0, evidence.weight),
      samples: { ...rested.samples, success: rested.samples.success + 1 },
      failed: rested.failed + 1,
    };
  }
  return {
    ...rested,
    automated: update(rested.automated, priors.automated, evidence.automated, reputationFormula.automatedWeight),
    success: update(rested.success, priors.success, evidence.onTime ? 1 : 0.5, reputationFormula.unverifiedWeight),
    samples: {
      ...rested.samples,
      automated: rested.samples.automated + 1,
      success: rested.samples.success + 1,
    },
    settledForFloor:
      rested.settledForFloor + (evidence.earlierFromRequester < reputationFormula.floorPerRequester ? 1 : 0),
    onTime: rested.onTime + (evidence.onTime ? 1 : 0),
    late: rested.late + (evidence.onTime ? 0 : 1),
  };
}

/** The state with its evidence faded towards the prior over the idle time. */
export function afterIdle(state: ReputationState, now: number): ReputationState {
  const keep = 0.5 ** (Math.max(0, now - state.updatedAt) / dayMs / reputationFormula.halfLifeDays);
  return {
    ...state,
    automated: fade(state.automated, priors.automated, keep),
    success: fade(state.success, priors.success, keep),
    peer: fade(state.peer, priors.peer, keep),
    updatedAt: Math.max(now, state.updatedAt),
  };
}

function update(beta: Beta, prior: Beta, score: number, weight: number): Beta {
  const faded = fade(beta, prior, 0.5 ** (weight / reputationFormula.halfLifeSamples));
  return { a: faded.a + weight * score, b: faded.b + weight * (1 - score) };
}

function fade(beta: Beta, prior: Beta, keep: number): Beta {
  return { a: prior.a + keep * (beta.a - prior.a), b: prior.b + keep * (beta.b - prior.b) };
}

/** Mean minus one standard deviation of the Beta, not under 0: small samples count little. */
export function lowerBound({ a, b }: Beta): number {
  const n = a + b;
  const mean = a / n;
  return Math.max(0, mean - Math.sqrt((mean * (1 - mean)) / (n + 1)));
}

/** Reputation as people and the matcher see it. All numbers 0 to 100. */
export const Reputation = z.object({
  score: z.number().min(0).max(100),
  level: ReputationLevel,
  layers: z.object({
    automated: z.number().min(0).max(100),
    success: z.number().min(0).max(100),
    peer: z.number().min(0).max(100),
  }),
});
export type Reputation = z.infer<typeof Reputation>;

/** The score is 30 % automated quality, 40 % task success, 30 % peer review; levels need their floors too. */
export function reputationOf(state: ReputationState, now: number): Reputation {
  const rested = afterIdle(state, now);
  const layers = {
    automated: round(100 * lowerBound(rested.automated)),
    success: round(100 * lowerBound(rested.success)),
    peer: round(100 * lowerBound(rested.peer)),
  };
  const { weights } = reputationFormula;
  const score = round(
    weights.automated * layers.automated + weights.success * layers.success + weights.peer * layers.peer,
  );
  return { score, level: levelOf(score, rested, now), layers };
}

function levelOf(score: number, state: ReputationState, now: number): ReputationLevel {
  const days = (now - state.since) / dayMs;
  const open = levelsInOrder.filter((level) => {
    const floor = reputationFormula.floors[level];
    return score >= levelThreshold[level] && state.settledForFloor >= floor.settled && days >= floor.days;
  });
  return open.at(-1) ?? 'novice';
}

/** Hundredths, so that stored and displayed numbers are the same. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
