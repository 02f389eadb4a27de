import type { Clock } from '#shared/util/clock.ts';

/** Offers that were accepted and whose texts have not come yet; forgotten after a while, since others may have won. */
export class ExpectedWork {
  readonly #clock: Clock;
  readonly #forMs: number;
  readonly #offers = new Map<string, { digest: string; until: number }>();

  constructor(clock: Clock, forMs: number) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  add(assignmentId: string, digest: string): void {
    this.#offers.set(assignmentId, { digest, until: this.#clock.monotonic() + this.#forMs });
  }

  remove(assignmentId: string): void {
    this.#offers.delete(assignmentId);
  }

  /** How many may still come for a model. */
  count(digest: string): number {
    const now = this.#clock.monotonic();
    let count = 0;
    for (const [id, offer] of this.#offers) {
      if (offer.until < now) this.#offers.delete(id);
      else if (offer.digest === digest) count += 1;
    }
    return count;
  }
}
