import type { Clock } from './clock.ts';

/** Waits for work for at most `millis`; the work itself continues. */
export async function withinTime(clock: Clock, millis: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimer(millis, resolve);
  await Promise.race([work, promise]);
  timer.cancel();
}
