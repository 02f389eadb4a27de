import { SwarmError } from '#shared/domain/errorCodes.ts';

/** How long a challenge is good, and how many may wait for their answer. */
export const challengeLimits = { millis: 60_000, outstanding: 10_000 } as const;

/** Things that wait for one answer each. Taking one removes it, whatever comes of it. */
export class ChallengeBook<T> {
  readonly #waiting = new Map<string, { value: T; until: number }>();

  /** Keeps `value` until it is taken or too old. Throws `overloaded` when too many wait. Times are monotonic. */
  put(id: string, value: T, now: number): void {
    this.#dropOld(now);
    if (this.#waiting.size >= challengeLimits.outstanding) {
      throw new SwarmError('overloaded', 'Too many enrolments are under way. Try again in a minute.');
    }
    this.#waiting.set(id, { value, until: now + challengeLimits.millis });
  }

  /** The waiting value, once. Throws `challenge_expired` when it is not there any more. */
  take(id: string, now: number): T {
    const found = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (found === undefined || found.until < now) throw new SwarmError('challenge_expired');
    return found.value;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Insertion order is age order, so that only old ones are looked at. */
  #dropOld(now: number): void {
    for (const [id, { until }] of this.#waiting) {
      if (until >= now) return;
      this.#waiting.delete(id);
    }
  }
}
