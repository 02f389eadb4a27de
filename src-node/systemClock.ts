import { randomBytes } from 'node:crypto';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';

/** The system's clock. A timer keeps the process alive only with `holdsProcess`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, run, { holdsProcess = false } = {}) {
    const timer = setTimeout(run, delayMs);
    if (!holdsProcess) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** The system's randomness. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (length) => randomBytes(length),
};
