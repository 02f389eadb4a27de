/** How many crashes of a worker are tolerated, and how long restarts are delayed. */
export const restartPolicy = {
  /** Crashes within the window after which the model is given up. */
  crashes: 5,
  windowMs: 10 * 60_000,
  backoff: { firstMs: 250, mostMs: 30_000 },
} as const;

/** The crash times that lie within the window before `now`, all in milliseconds of one monotonic clock. */
export function recentCrashes(times: readonly number[], now: number): number[] {
  return times.filter((time) => now - time < restartPolicy.windowMs);
}

/** Decides by the number of recent crashes. */
export function afterCrash(recent: readonly number[]): 'restart' | 'give_up' {
  return recent.length >= restartPolicy.crashes ? 'give_up' : 'restart';
}
