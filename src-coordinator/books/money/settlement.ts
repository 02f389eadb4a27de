import type { MicroCredits } from '#shared/domain/money/credits.ts';
import {
  type QualityLevel,
  type SizeClass,
  billedPromptTokens,
  feeOn,
  priceTable,
  rewardOf,
} from '#shared/domain/money/prices.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import { system, user } from './accountNames.ts';
import type { Leg } from './entry.ts';

/** A segment of an answer for billing. `tokens` is the number that the coordinator stored. */
export interface BilledSegment {
  readonly assignmentId: string;
  readonly nodeId: string;
  readonly accountId: string;
  readonly startIndex: number;
  readonly tokens: number;
  readonly sizeClass: SizeClass;
  readonly level: ReputationLevel;
  /** 0 to 100; `null` when none was computed: the lowest paid score then applies. */
  readonly qualityScore: number | null;
}

/** The facts that a task's price depends on. */
export interface BilledTask {
  readonly hold: MicroCredits;
  readonly promptBytes: number;
  readonly tariffQuality: QualityLevel;
  readonly demandPerMille: bigint;
}

export interface Bill {
  readonly rewards: ReadonlyMap<string, MicroCredits>;
  readonly fee: MicroCredits;
  /** Rewards and fee: what the requester pays. Never more than the hold. */
  readonly cost: MicroCredits;
}

/** Thrown when a bill would exceed its hold: a programming error, since assignments beyond the hold are refused. */
export class BillExceedsHoldError extends Error {
  readonly code = 'bill_exceeds_hold';

  constructor(cost: MicroCredits, hold: MicroCredits) {
    super(`A bill of ${cost} exceeds its hold of ${hold}`);
    this.name = 'BillExceedsHoldError';
  }
}

/**
 * Computes the bill for the accepted segments of an answer (rules 6.4). `promptPriceTo` gets the prompt price when no
 * token was accepted. A task without a hold, such as one for the requester's own nodes, costs nothing.
 */
export function billFor(
  task: BilledTask,
  accepted: readonly BilledSegment[],
  promptPriceTo: BilledSegment | undefined,
): Bill {
  if (task.hold === 0n) return { rewards: new Map(), fee: 0n, cost: 0n };
  const paid = withoutOverlaps(accepted);
  const totalTokens = paid.reduce((sum, segment) => sum + segment.tokens, 0);
  const shares =
    totalTokens > 0
      ? paid.map((segment) => ({ segment, part: segment.tokens, whole: totalTokens }))
      : promptPriceTo === undefined
        ? []
        : [{ segment: { ...promptPriceTo, tokens: 0 }, part: 1, whole: 1 }];
  const rewards = new Map(
    shares.map(({ segment, ...promptPart }) => [segment.assignmentId, rewardFor(task, segment, promptPart)]),
  );
  const sum = [...rewards.values()].reduce((total, reward) => total + reward, 0n);
  const fee = feeOn(sum);
  const cost = sum + fee;
  if (cost > task.hold) throw new BillExceedsHoldError(cost, task.hold);
  return { rewards, fee, cost };
}

/** Each position of the answer is paid once; where two segments overlap, to the earlier one. */
function withoutOverlaps(segments: readonly BilledSegment[]): BilledSegment[] {
  let covered = 0;
  return segments
    .toSorted((a, b) => a.startIndex - b.startIndex)
    .flatMap((segment) => {
      const end = segment.startIndex + segment.tokens;
      const tokens = end - Math.max(covered, segment.startIndex);
      covered = Math.max(covered, end);
      return tokens > 0 ? [{ ...segment, tokens }] : [];
    });
}

function rewardFor(task: BilledTask, segment: BilledSegment, promptPart: { part: number; whole: number }) {
  return rewardOf({
    tariff: { sizeClass: segment.sizeClass, quality: task.tariffQuality, demandPerMille: task.demandPerMille },
    outputTokens: segment.tokens,
    promptTokens: billedPromptTokens(task.promptBytes),
    promptPart,
    qualityScore: segment.qualityScore ?? priceTable.leastPaidQuality,
    level: segment.level,
  });
}

/** The legs that end a hold: rewards to the workers, the fee to the treasury, the rest back to its source. */
export function settlementLegs(facts: {
  readonly requester: string;
  /** A welcome task is paid from `incentives`; the rest of the hold returns there. */
  readonly welcome: boolean;
  readonly hold: MicroCredits;
  readonly bill: Bill;
  readonly workers: readonly BilledSegment[];
  readonly rewardsTo: 'available' | 'pending';
}): Leg[] {
  const { requester, welcome, hold, bill } = facts;
  const rest = hold - bill.cost;
  return [
    { account: user(requester, 'escrow'), amount: -bill.cost, counts: 'spent' },
    { account: user(requester, 'escrow'), amount: -rest, ...(welcome ? { counts: 'granted' } : {}) },
    { account: welcome ? system('incentives') : user(requester, 'available'), amount: rest },
    ...facts.workers.map(({ accountId, assignmentId, nodeId }): Leg => ({
      account: user(accountId, facts.rewardsTo),
      amount: bill.rewards.get(assignmentId) ?? 0n,
      counts: 'earned',
      assignmentId,
      nodeId,
    })),
    { account: system('treasury'), amount: bill.fee },
  ];
}

/** The legs that put a task's price on hold. */
export function holdLegs(requester: string, welcome: boolean, hold: MicroCredits): Leg[] {
  return welcome
    ? [
        { account: system('incentives'), amount: -hold },
        { account: user(requester, 'escrow'), amount: hold, counts: 'granted' },
      ]
    : [
        { account: user(requester, 'available'), amount: -hold },
        { account: user(requester, 'escrow'), amount: hold },
      ];
}
