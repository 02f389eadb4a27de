import type { Clock } from '#shared/util/clock.ts';

/** How often the two clocks are compared, and from which difference on somebody slept or moved a clock. */
const watch = { everyMs: 1000, jumpMs: 3000 } as const;

/**
 * Calls `onJump` when this process was stopped for a while or the wall clock was moved: then leases that seem to be over
 * prove nothing. Returns how to stop watching.
 */
export function watchClock(clock: Clock, onJump: (millis: number) => void): () => void {
  let stopped = false;
  const look = (before: { wall: number; monotonic: number }) => {
    clock.setTimer(watch.everyMs, () => {
      if (stopped) return;
      const now = { wall: clock.now(), monotonic: clock.monotonic() };
      const asleep = now.monotonic - before.monotonic - watch.everyMs;
      const moved = Math.abs(now.wall - before.wall - (now.monotonic - before.monotonic));
      if (Math.max(asleep, moved) > watch.jumpMs) onJump(Math.max(asleep, moved));
      look(now);
    });
  };
  look({ wall: clock.now(), monotonic: clock.monotonic() });
  return () => {
    stopped = true;
  };
}
