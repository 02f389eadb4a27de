import type { Clock } from '#shared/util/clock.ts';

const intervalMs = 5000;
/** Smaller differences are ordinary corrections by time servers. */
const minJumpMs = 10_000;

/**
 * Calls `onJump` when the wall clock jumps relative to the monotonic clock: it was set or corrected, or the computer
 * slept. `jumpedMs` is positive for a jump ahead. Returns a function that stops watching.
 */
export function watchClock(clock: Clock, onJump: (jumpedMs: number) => void): () => void {
  let wall = clock.now();
  let steady = clock.monotonic();
  const check = (): void => {
    const jumpedMs = clock.now() - wall - (clock.monotonic() - steady);
    wall = clock.now();
    steady = clock.monotonic();
    timer = clock.setTimer(intervalMs, check);
    if (Math.abs(jumpedMs) >= minJumpMs) onJump(Math.round(jumpedMs));
  };
  let timer = clock.setTimer(intervalMs, check);
  return () => timer.cancel();
}
