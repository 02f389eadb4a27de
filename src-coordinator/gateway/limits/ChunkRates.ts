import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Clock } from '#shared/util/clock.ts';
import { TokenBucket } from './TokenBucket.ts';

/** One allowance of chunk messages per assignment (rules 3.4). */
export class ChunkRates {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one; false when they come too fast. */
  take(assignmentId: string): boolean {
    const now = this.#clock.monotonic();
    const { chunksPerSecond } = wireLimits;
    const bucket = this.#buckets.get(assignmentId) ?? new TokenBucket(chunksPerSecond, 2 * chunksPerSecond, now);
    this.#buckets.set(assignmentId, bucket);
    return bucket.take(now);
  }

  /** The assignment is over. */
  forget(assignmentId: string): void {
    this.#buckets.delete(assignmentId);
  }
}
