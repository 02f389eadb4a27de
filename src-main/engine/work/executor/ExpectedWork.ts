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
    return this.#open().filter((one) => one === digest).length;
  }

  /** Other models for which some may still come. */
  others(digest: string): readonly string[] {
    return this.#open().filter((one) => one !== digest);
  }

  /** Models of the offers that are not forgotten, one for each. */
  #open(): readonly string[] {
    const now = this.#clock.monotonic();
    for (const [id, { until }] of this.#offers) if (until < now) this.#offers.delete(id);
    return [...this.#offers.values()].map((offer) => offer.digest);
  }
}
