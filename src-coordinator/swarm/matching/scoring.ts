import type { QualityLevel } from '#shared/domain/money/prices.ts';

/** What makes one eligible node better than another. */
export interface ScoreFacts {
  /** 0 to 100. */
  readonly reputation: number;
  readonly tokensPerSecond: number | null;
  /** 0 to 1; null before its first settled task. */
  readonly onTimeShare: number | null;
  readonly freeSlots: number;
  readonly slots: number;
  /** It failed this very task before. */
  readonly failedIt: boolean;
}

interface Choice {
  readonly weights: Readonly<Record<'reputation' | 'speed' | 'onTime' | 'free', number>>;
  /** Nodes that are asked at once: the first that accepts takes the task. */
  readonly nodes: number;
}

const usualChoice: Choice = { weights: { reputation: 0.35, speed: 0.3, onTime: 0.2, free: 0.15 }, nodes: 3 };

/**
 * How nodes are chosen by quality level. `high_quality` prefers the most trusted ones: its nodes are asked one after the
 * other, since of several at once the quickest to answer would take the task.
 */
export const choices: Readonly<Record<QualityLevel, Choice>> = {
  fast: usualChoice,
  balanced: usualChoice,
  high_quality: { weights: { reputation: 0.8, speed: 0.1, onTime: 0.05, free: 0.05 }, nodes: 1 },
};

/** Speed at which more does not matter for choosing. */
const fastEnough = 200;

/** 0 to 1: how good a choice a node is at a quality level; a node that failed the task comes after all others. Pure. */
export function scoreOf(facts: ScoreFacts, quality: QualityLevel): number {
  const { weights } = choices[quality];
  const speed =
    facts.tokensPerSecond === null
      ? 0.5
      : Math.log1p(Math.min(facts.tokensPerSecond, fastEnough)) / Math.log1p(fastEnough);
  const score =
    weights.reputation * (facts.reputation / 100) +
    weights.speed * speed +
    weights.onTime * (facts.onTimeShare ?? 0.5) +
    weights.free * (facts.slots === 0 ? 0 : facts.freeSlots / facts.slots);
  return facts.failedIt ? score - 1 : score;
}

interface Ranked<T> {
  readonly item: T;
  readonly score: number;
  readonly draw: number;
}

/** The best `count` of them. Equal scores are ordered by `draw`, a number per item in [0, 1), so that none starves. */
export function bestOf<T>(items: readonly Ranked<T>[], count: number): T[] {
  // Many are considered and few chosen: sorting them all would cost more.
  const best: Ranked<T>[] = [];
  for (const each of items) {
    const last = best.at(-1);
    if (best.length === count && last !== undefined && !isBetter(each, last)) continue;
    const place = best.findIndex((other) => isBetter(each, other));
    best.splice(place < 0 ? best.length : place, 0, each);
    if (best.length > count) best.pop();
  }
  return best.map(({ item }) => item);
}

function isBetter(a: Ranked<unknown>, b: Ranked<unknown>): boolean {
  return a.score > b.score || (a.score === b.score && a.draw < b.draw);
}
