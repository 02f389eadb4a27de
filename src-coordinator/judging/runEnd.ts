import type { Finish } from '#shared/domain/tasks/assignment.ts';

/** The end of a run whose task continues. */
export interface RunEnd {
  readonly event: 'lose' | 'supersede' | 'hand_over' | 'reject';
  readonly finish: Finish | null;
  readonly reason: string | null;
  /** True if it counts towards the three failures that end a task. */
  readonly failure: boolean;
  /** Weight of the failure in the node's reputation; 0 for none. */
  readonly weight: number;
  /** True for an odd answer, refused without blame since the request may have provoked it; the next odd one is accepted (rules 5.2). */
  readonly odd?: boolean;
}

/** The reason for refusing a segment that its last signature does not cover. */
export const badSignature = 'The signature over the chunks does not match.';

/** The end of a run whose work failed a hard check: unpaid and counted against its node (rules 5.1). */
export function refusal(reason: string): RunEnd {
  return { event: 'reject', finish: null, reason, failure: true, weight: 2 };
}

/** The end of a run whose node was lost. */
export function loss(reason: string): RunEnd {
  return { event: 'lose', finish: null, reason, failure: true, weight: 1 };
}

/** The end of a run whose node did not reconnect after the coordinator restarted; no failure of the node (rules 4.12). */
function lostInRestart(stored: number): RunEnd {
  // Stored tokens are kept and paid. An empty run must not count as one that its node ended.
  const event = stored > 0 ? 'lose' : 'supersede';
  const reason = 'The coordinator restarted and the node did not reconnect.';
  return { event, finish: null, reason, failure: false, weight: 0 };
}

/** The end of a run whose node is silent; of one that nobody took up after a restart, nobody is to blame. */
export function lossOf(run: { readonly recovered: boolean; readonly stored: number }, reason: string): RunEnd {
  return run.recovered ? lostInRestart(run.stored) : loss(reason);
}
