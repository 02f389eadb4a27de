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
  | { readonly do: 'slow'; readonly share: number; readonly reason: Reason }
  | { readonly do: 'pause'; readonly reason: Reason };

/** What the owner decided about contributing. */
export interface OwnersWish {
  readonly on: boolean;
  /** UTC ms, `forever` until resumed, or null. */
  readonly snoozedUntil: number | 'forever' | null;
}
