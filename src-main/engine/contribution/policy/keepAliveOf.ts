import type { Decision } from './Decision.ts';

export interface KeepAliveFacts {
  readonly joined: boolean;
  readonly decision: Decision;
  /** Bytes that models reserve. */
  readonly heldBytes: number;
  /** Bytes that are free for other programs; null when nobody can tell. */
  readonly availableBytes: number | null;
}

/** People pause for a moment and resume; a load costs them time and power. */
const pauseMs = 10 * 60_000;

/**
 * How long models stay in memory while nobody uses them, in milliseconds; null: as long as work may come. Memory is short
 * when models hold more than is left for everybody else.
 */
export function keepAliveOf({ joined, decision, heldBytes, availableBytes }: KeepAliveFacts): number | null {
  if (joined && decision.do !== 'pause') return null;
  return availableBytes !== null && availableBytes < heldBytes ? 0 : pauseMs;
}
