import type { Finish } from '#shared/domain/tasks/assignment.ts';

/** How a run ends while its task goes on. */
export interface RunEnd {
  readonly event: 'lose' | 'supersede' | 'hand_over' | 'reject';
  readonly finish: Finish | null;
  readonly reason: string | null;
  /** Counts towards the three failures that end a task. */
  readonly failure: boolean;
  /** Weight of the failure for the node's reputation; 0 for none. */
  readonly weight: number;
  /** An answer refused without blame, since the request may have provoked it: the next one like it is accepted (rules 5.1). */
  readonly odd?: boolean;
}

/** Why a segment is refused whose last signature does not cover it. */
export const badSignature = 'The signature over its chunks does not match.';

/** The end of a run whose work failed a hard check: unpaid, and its node's doing (rules 5.1). */
export function refusal(reason: string): RunEnd {
  return { event: 'reject', finish: null, reason, failure: true, weight: 2 };
}

/** The end of a run that its node lost. */
export function loss(reason: string): RunEnd {
  return { event: 'lose', finish: null, reason, failure: true, weight: 1 };
}

/** The end of a run whose node did not come back after this process restarted: nobody's failure (rules 4.12). */
export function lostInRestart(stored: number): RunEnd {
  // What is stored of it is kept and paid; an empty run must not count as one that its node ended.
  const event = stored > 0 ? 'lose' : 'supersede';
  const reason = 'The coordinator restarted, and the node did not come back with it.';
  return { event, finish: null, reason, failure: false, weight: 0 };
}
