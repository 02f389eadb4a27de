import type { Random } from './random.ts';

/** Exponential backoff from `firstMs` to `mostMs`, with jitter in the upper half. */
export interface BackoffPlan {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Delay in milliseconds before retry `attempt` (0 is the first). */
export function backoffDelay(plan: BackoffPlan, attempt: number, random: Random): number {
  const ceiling = Math.min(plan.mostMs, plan.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random.fraction() / 2));
}
