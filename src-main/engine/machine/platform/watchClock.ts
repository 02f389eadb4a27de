import type { Clock } from '#shared/util/clock.ts';

const everyMs = 5000;
/** Smaller differences are what time servers do all day. */
const leastJumpMs = 10_000;

/**
 * Tells when the wall clock jumped against the clock that only runs on: set by hand, corrected, or the computer slept.
 * `jumpedMs` is positive when it jumped ahead. Gives the function that ends the watch.
 */
export function watchClock(clock: Clock, onJump: (jumpedMs: number) => void): () => void {
  let wall = clock.now();
  let steady = clock.monotonic();
  const look = (): void => {
    const jumpedMs = clock.now() - wall - (clock.monotonic() - steady);
    wall = clock.now();
    steady = clock.monotonic();
    timer = clock.setTimer(everyMs, look);
    if (Math.abs(jumpedMs) >= leastJumpMs) onJump(Math.round(jumpedMs));
  };
  let timer = clock.setTimer(everyMs, look);
  return () => timer.cancel();
}
