/** A pending timer. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

export interface TimerOptions {
  /** The process stays alive until the timer ran or was cancelled. By default no timer keeps it alive. */
  readonly holdsProcess?: boolean;
}

/**
 * The only source of time for rooms that decide. Records use `now` (UTC, may jump); live deadlines use
 * `monotonic` (never jumps back). Simulations pass a virtual clock.
 */
export interface Clock {
  /** UTC milliseconds since 1970. */
  now(): number;
  /** Milliseconds since an arbitrary start; never decreases. */
  monotonic(): number;
  /** Runs `run` once after `delayMs` milliseconds. */
  setTimer(delayMs: number, run: () => void, options?: TimerOptions): Timer;
}
