import type { Finish } from '#shared/domain/tasks/assignment.ts';

/** How a run ends while its task goes on. */
export interface RunEnd {
  readonly event: 'lose' | 'hand_over' | 'reject';
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly failure: boolean;
  /** Weight of the failure for the node's reputation; 0 for none. */
  readonly weight: number;
  /** An answer refused without blame, since the request may have provoked it: the next one like it is taken (rules 5.2). */
  readonly odd?: boolean;
}

/** Why a segment is refused whose last signature does not cover it. */
export const badSignature = 'The signature over its chunks does not fit.';

/** The end of a run whose work failed a hard check: unpaid, and its node's doing (rules 5.1). */
export function refusal(reason: string): RunEnd {
  return { event: 'reject', finish: null, reason, failure: true, weight: 2 };
}
