import { setTimeout as wait } from 'node:timers/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';

const plan = { firstMs: 250, mostMs: 4000 };
const withinMs = 30_000;

/**
 * Joins a coordinator that may still be starting: retries for half a minute while nothing answers. Rejects with the last
 * error, and at once with any error but `not_connected`.
 */
export async function retryJoin(clock: Clock, random: Random, join: () => Promise<void>): Promise<void> {
  const until = clock.monotonic() + withinMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await join();
    } catch (error) {
      const noAnswer = error instanceof SwarmError && error.code === 'not_connected';
      if (!noAnswer || clock.monotonic() > until) throw error;
      await wait(backoffDelay(plan, attempt, random));
    }
  }
}
