import { reputationFormula, type Reputation, type ReputationState } from '#shared/domain/swarm/reputation.ts';
import {
  levelForComplexity,
  levelsInOrder,
  levelThreshold,
  type Complexity,
  type ReputationLevel,
} from '#shared/domain/swarm/reputationLevel.ts';
import { counted, oneDecimal } from '#renderer/format/numbers.ts';

const titles: Readonly<Record<ReputationLevel, string>> = {
  novice: 'Novice',
  intermediate: 'Intermediate',
  expert: 'Expert',
  master: 'Master',
};

/** "expert" → "Expert". */
export function levelTitle(level: ReputationLevel): string {
  return titles[level];
}

/** The level after this one; null at the top. */
export function levelAfter(level: ReputationLevel): ReputationLevel | null {
  return levelsInOrder[levelsInOrder.indexOf(level) + 1] ?? null;
}

/** Complexities unlocked by this level. */
export function unlockedAt(level: ReputationLevel): readonly Complexity[] {
  return (Object.keys(levelForComplexity) as Complexity[]).filter((one) => levelForComplexity[one] === level);
}

/** One requirement of a level. */
export interface LevelNeed {
  readonly title: string;
  readonly text: string;
  readonly met: boolean;
}

/** The requirements of a level: score, settled tasks, days; from the formula that decides the level. */
export function needsFor(
  level: ReputationLevel,
  now: Reputation,
  state: ReputationState | null,
  time: number,
): readonly LevelNeed[] {
  const floor = reputationFormula.floors[level];
  const settled = state?.settledForFloor ?? 0;
  const days = state === null ? 0 : Math.floor((time - state.since) / 86_400_000);
  const threshold = levelThreshold[level];
  const needs: LevelNeed[] = [
    {
      title: `A score of ${String(threshold)}`,
      text: `Now ${oneDecimal(now.score)}. Grows with completed and checked tasks.`,
      met: now.score >= threshold,
    },
  ];
  if (floor.settled > 0) {
    needs.push({
      title: counted(floor.settled, 'settled task'),
      text: `${String(settled)} of ${String(floor.settled)}. At most ${String(reputationFormula.floorPerRequester)} per requester count.`,
      met: settled >= floor.settled,
    });
  }
  if (floor.days > 0) {
    needs.push({
      title: `${counted(floor.days, 'day')} in the swarm`,
      text: `${String(days)} of ${String(floor.days)}`,
      met: days >= floor.days,
    });
  }
  return needs;
}

/** The first unmet requirement of the next level, as in "22.0 points to Intermediate"; or that there is none. */
export function nextLevelSentence(now: Reputation, state: ReputationState | null): string {
  const next = levelAfter(now.level);
  if (next === null) return 'Highest level. All task types are unlocked.';
  const few = (state?.samples.success ?? 0) < 20 ? 'Few results yet. ' : '';
  const missing = levelThreshold[next] - now.score;
  if (missing > 0) return `${few}${oneDecimal(missing)} points to ${titles[next]}`;
  const floor = reputationFormula.floors[next];
  const more = Math.max(0, floor.settled - (state?.settledForFloor ?? 0));
  return more > 0
    ? `${few}${counted(more, 'more settled task')} to ${titles[next]}`
    : `${titles[next]} needs more time in the swarm`;
}
