import { SwarmError } from '#shared/domain/errorCodes.ts';

/** Validity of a challenge in milliseconds, and the number that may be pending at once. */
export const challengeLimits = { millis: 60_000, outstanding: 10_000 } as const;

/** Values that wait for the response to their challenge. Taking one removes it, whether or not the response is right. */
export class PendingChallenges<T> {
  readonly #pending = new Map<string, { value: T; until: number }>();

  /** Keeps `value` until it is taken or expires. Throws `overloaded` if too many are pending. Times are monotonic. */
  put(id: string, value: T, now: number): void {
    this.#dropExpired(now);
    if (this.#pending.size >= challengeLimits.outstanding) {
      throw new SwarmError('overloaded', 'Too many enrolments are in progress. Try again in a minute.');
    }
    this.#pending.set(id, { value, until: now + challengeLimits.millis });
  }

  /** Removes and returns a value. Throws `challenge_expired` if it was taken or has expired. */
  take(id: string, now: number): T {
    const found = this.#pending.get(id);
    this.#pending.delete(id);
    if (found === undefined || found.until < now) throw new SwarmError('challenge_expired');
    return found.value;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Insertion order is age order, so this stops at the first one that is still valid. */
  #dropExpired(now: number): void {
    for (const [id, { until }] of this.#pending) {
      if (until >= now) return;
      this.#pending.delete(id);
    }
  }
}
