/** Why no work is taken for others. */
export type Pause =
  | { readonly code: 'switched_off' }
  | { readonly code: 'paused' }
  /** UTC ms at which it ends by itself. */
  | { readonly code: 'snoozed'; readonly until: number };

/** What the owner decided about contributing. */
export interface OwnersWish {
  readonly on: boolean;
  /** UTC ms, `forever` until resumed, or null. */
  readonly snoozedUntil: number | 'forever' | null;
}

/** The pause that the owner asked for, if it still lasts. */
export function pauseOf({ on, snoozedUntil }: OwnersWish, now: number): Pause | null {
  if (!on) return { code: 'switched_off' };
  if (snoozedUntil === 'forever') return { code: 'paused' };
  return snoozedUntil !== null && snoozedUntil > now ? { code: 'snoozed', until: snoozedUntil } : null;
}
