import type { Decision } from './Decision.ts';

export interface KeepAliveFacts {
  readonly joined: boolean;
  readonly decision: Decision;
  /** Bytes that models reserve. */
  readonly heldBytes: number;
  /** Bytes that are free for other programs. */
  readonly availableBytes: number;
}

/** Milliseconds that models outlive a pause: people often resume soon, and a load costs time and power. */
const pauseMs = 10 * 60_000;

/**
 * The time that unused models stay in memory, in milliseconds; null while work may come. Memory is short when models hold
 * more than they leave to other programs.
 */
export function keepAliveOf({ joined, decision, heldBytes, availableBytes }: KeepAliveFacts): number | null {
  if (joined && decision.do !== 'pause') return null;
  return availableBytes < heldBytes ? 0 : pauseMs;
}
