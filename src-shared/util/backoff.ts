import type { Random } from './random.ts';

/** How long to wait between tries: doubling from `firstMs` to `mostMs`, with full jitter in the upper half. */
export interface BackoffPlan {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Delay in milliseconds before try number `attempt` (0 = the first retry). */
export function backoffDelay(plan: BackoffPlan, attempt: number, random: Random): number {
  const ceiling = Math.min(plan.mostMs, plan.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random.fraction() / 2));
}
