/** Why this machine does less or nothing for others, and what would change that. */
export interface Reason {
  /** Stable word for scripts; the list is at `Contribution.reason` in `src-shared/api/snapshot.ts`. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  /** UTC ms at which it ends by itself; null when nothing is planned. */
  readonly resumesAt: number | null;
}

/** The decision whether this machine works for others now. */
export type Decision =
  | { readonly do: 'work' }
  /** `share` of the processor at most, 0 to 1. */
  | {
      readonly do: 'slow';
      readonly share: number;
      readonly reason: Reason;
      /** Other programs need so much that it becomes a pause if they go on. */
      readonly pressed: boolean;
    }
  | { readonly do: 'pause'; readonly reason: Reason };

/** The name of a decision. While it stays the same, the decision counts as one that continues. */
export function nameOf(decision: Decision): string {
  if (decision.do === 'pause') return decision.reason.code;
  return decision.do === 'slow' && decision.pressed ? 'pressed' : decision.do;
}

/** The owner's wish about contributing. */
export interface OwnersWish {
  readonly on: boolean;
  /** UTC ms, `forever` until resumed, or null. */
  readonly snoozedUntil: number | 'forever' | null;
}
