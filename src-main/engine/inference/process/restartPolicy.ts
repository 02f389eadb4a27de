/** How often a worker may crash before its model is given up, and how long it waits in between. */
export const restartPolicy = {
  /** Crashes within the window that make it give up. */
  crashes: 5,
  windowMs: 10 * 60_000,
  backoff: { firstMs: 250, mostMs: 30_000 },
} as const;

/** Crash times that still count at `now`, all in milliseconds of one monotonic clock. */
export function recentCrashes(times: readonly number[], now: number): number[] {
  return times.filter((time) => now - time < restartPolicy.windowMs);
}

/** What to do after the crashes that still count. */
export function afterCrash(recent: readonly number[]): 'restart' | 'give_up' {
  return recent.length >= restartPolicy.crashes ? 'give_up' : 'restart';
}
