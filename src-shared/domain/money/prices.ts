import { z } from 'zod';
import type { MicroCredits } from './credits.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

/** Model size by parameters: under 0.5 B, under 2 B, under 5 B, under 10 B, above. Sets the base price. */
export const SizeClass = z.enum(['tiny', 'small', 'medium', 'large', 'huge']);
export type SizeClass = z.infer<typeof SizeClass>;

/** fast: one node, automated checks · balanced: plus sampled verification · high_quality: plus peer review. */
export const QualityLevel = z.enum(['fast', 'balanced', 'high_quality']);
export type QualityLevel = z.infer<typeof QualityLevel>;

/** Every price of the product. A task stores the `version` it was quoted under (rules 6.2). */
export const priceTable = {
  version: 1,
  /** Micro-credits per 1,000 output tokens. */
  basePer1000: { tiny: 50_000n, small: 200_000n, medium: 400_000n, large: 800_000n, huge: 1_600_000n },
  /** A prompt token costs one fifth of an output token. */
  promptShare: 5n,
  qualityPercent: { fast: 100n, balanced: 125n, high_quality: 160n },
  /** Bounds of the demand multiplier, in thousandths. */
  demandPerMille: { least: 500n, most: 3000n, neutral: 1000n },
  /** Reward multiplier by reputation level, in tenths. */
  levelTenths: { novice: 10n, intermediate: 12n, expert: 15n, master: 20n },
  feePercent: 5n,
  /** The paid score is max(80, score) until verification exists (rules 6.4). */
  leastPaidQuality: 80,
} as const satisfies PriceTable;

interface PriceTable {
  readonly version: number;
  readonly basePer1000: Readonly<Record<SizeClass, bigint>>;
  readonly promptShare: bigint;
  readonly qualityPercent: Readonly<Record<QualityLevel, bigint>>;
  readonly demandPerMille: Readonly<Record<'least' | 'most' | 'neutral', bigint>>;
  readonly levelTenths: Readonly<Record<ReputationLevel, bigint>>;
  readonly feePercent: bigint;
  readonly leastPaidQuality: number;
}

/** The factors that set the price of a task's tokens. */
export interface Tariff {
  readonly sizeClass: SizeClass;
  readonly quality: QualityLevel;
  /** Demand multiplier in thousandths, 500 to 3000. */
  readonly demandPerMille: bigint;
}

/** Prompt tokens as billed: a quarter of the UTF-8 bytes, rounded up; known at submission without a tokenizer. */
export function billedPromptTokens(utf8Bytes: number): number {
  return Math.ceil(utf8Bytes / 4);
}

/** Upper bounds of the size classes in parameters, smallest first. */
const sizeBounds = [
  ['tiny', 0.5e9],
  ['small', 2e9],
  ['medium', 5e9],
  ['large', 10e9],
] as const;

/** Size class of a model by its parameter count. */
export function sizeClassOf(parameters: number): SizeClass {
  return sizeBounds.find(([, bound]) => parameters < bound)?.[0] ?? 'huge';
}

/** A share of a task's work: output tokens of one segment out of all accepted ones, and its part of the prompt. */
export interface RewardInput {
  readonly tariff: Tariff;
  /** Output tokens of this segment. */
  readonly outputTokens: number;
  /** Billed prompt tokens of the whole task. */
  readonly promptTokens: number;
  /** This segment's share of the prompt price as a fraction `part / whole`; `whole` > 0. */
  readonly promptPart: { readonly part: number; readonly whole: number };
  /** 0 to 100, an integer; paid as at least `leastPaidQuality`. */
  readonly qualityScore: number;
  readonly level: ReputationLevel;
}

/** Reward of one segment in micro-credits: integer factors first, one division last, rounded down (rules 6.1). */
export function rewardOf(input: RewardInput): MicroCredits {
  const { tariff, promptPart } = input;
  const whole = BigInt(promptPart.whole);
  // (output + prompt / 5 × part / whole) × base / 1000, kept over the common denominator 5 × whole.
  const weighted =
    BigInt(input.outputTokens) * priceTable.promptShare * whole + BigInt(input.promptTokens) * BigInt(promptPart.part);
  const numerator =
    weighted *
    priceTable.basePer1000[tariff.sizeClass] *
    priceTable.qualityPercent[tariff.quality] *
    tariff.demandPerMille *
    BigInt(paidQuality(input.qualityScore)) *
    priceTable.levelTenths[input.level];
  const denominator = priceTable.promptShare * whole * 1000n * 100n * 1000n * 100n * 10n;
  return numerator / denominator;
}

/** The paid quality: the score, between the floor and 100. */
export function paidQuality(score: number): number {
  return Math.min(100, Math.max(priceTable.leastPaidQuality, Math.round(score)));
}

/** Network fee on top of the sum of a task's rewards, rounded up; computed once per task. */
export function feeOn(rewards: MicroCredits): MicroCredits {
  return (rewards * priceTable.feePercent + 99n) / 100n;
}

/** The most a task can cost: all tokens, full quality, the highest admitted level, and the fee. */
export function holdFor(task: {
  tariff: Tariff;
  maxTokens: number;
  promptTokens: number;
  highestLevel: ReputationLevel;
}): MicroCredits {
  const reward = rewardOf({
    tariff: task.tariff,
    outputTokens: task.maxTokens,
    promptTokens: task.promptTokens,
    promptPart: { part: 1, whole: 1 },
    qualityScore: 100,
    level: task.highestLevel,
  });
  return reward + feeOn(reward);
}
