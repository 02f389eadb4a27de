import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { DownloadError } from './DownloadError.ts';

/** Consecutive failures without progress that end a download; it can be resumed later. */
const maxFailures = 10;

const backoff = { firstMs: 250, mostMs: 10_000 } as const;

/** Bytes received since the last failure that count as progress. */
const progressBytes = 64 * 1024;

/** Counts the failures of a download and waits between retries. Real progress resets the count. */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #random: Random;
  #failures = 0;
  #receivedSinceFailure = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Records bytes that were received and kept. */
  recordProgress(bytes: number): void {
    this.#receivedSinceFailure += bytes;
    if (this.#receivedSinceFailure >= progressBytes) this.#failures = 0;
  }

  /**
   * Waits before the next attempt: as long as the server requested, else with exponential backoff. Rejects when there
   * were too many failures, or with the signal's reason.
   */
  async waitAfter(error: DownloadError, signal: AbortSignal): Promise<void> {
    const failures = this.#failures;
    this.#failures += 1;
    this.#receivedSinceFailure = 0;
    if (failures >= maxFailures) throw new DownloadError(error.code, error.message, { cause: error });
    await this.#wait(error.retryAfterMs ?? backoffDelay(backoff, failures, this.#random), signal);
  }

  async #wait(millis: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimer(millis, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    timer.cancel();
    signal.throwIfAborted();
  }
}
