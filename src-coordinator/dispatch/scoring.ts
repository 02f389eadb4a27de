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

const weights = { reputation: 0.35, speed: 0.3, onTime: 0.2, free: 0.15 } as const;

/** Speed at which more does not matter for choosing. */
const fastEnough = 200;

/** 0 to 1: how good a choice a node is; a node that failed the task comes after all others. Pure. */
export function scoreOf(facts: ScoreFacts): number {
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

/** The best `count` of them. Equal scores are ordered by `draw`, a number per item in [0, 1), so that none starves. */
export function bestOf<T>(items: readonly { item: T; score: number; draw: number }[], count: number): T[] {
  return items
    .toSorted((a, b) => b.score - a.score || a.draw - b.draw)
    .slice(0, count)
    .map(({ item }) => item);
}
