/** Why less or nothing is done for others, in words, and what would change it. */
export interface Reason {
  /** Stable word for scripts; the list is at `Contribution.reason` in `src-shared/api/snapshot.ts`. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  /** UTC ms at which it ends by itself; null when it does not. */
  readonly resumesAt: number | null;
}

/** Whether this machine works for others now. */
export type Decision =
  | { readonly do: 'work' }
  /** Only so much of the processor, 0 to 1. */
  | {
      readonly do: 'slow';
      readonly share: number;
      readonly reason: Reason;
      /** Others need so much that it pauses when that goes on. */
      readonly pressed: boolean;
    }
  | { readonly do: 'pause'; readonly reason: Reason };

/** What a decision is known by: while it stays the same, the decision counts as one that goes on. */
export function nameOf(decision: Decision): string {
  if (decision.do === 'pause') return decision.reason.code;
  return decision.do === 'slow' && decision.pressed ? 'pressed' : decision.do;
}

/** What the owner decided about contributing. */
export interface OwnersWish {
  readonly on: boolean;
  /** UTC ms, `forever` until resumed, or null. */
  readonly snoozedUntil: number | 'forever' | null;
}
