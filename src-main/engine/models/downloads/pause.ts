import type { Clock } from '#shared/util/clock.ts';

/** Waits, unless the signal ends it. Rejects with the signal's reason. */
export async function pause(clock: Clock, millis: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimer(millis, resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  timer.cancel();
  signal.throwIfAborted();
}
