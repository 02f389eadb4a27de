import type { Clock } from '#shared/util/clock.ts';

/** Accepted offers whose assignments have not arrived. They lapse after a while, since another node may have won. */
export class AcceptedOffers {
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

  /** Assignments that may still arrive for a model. */
  count(digest: string): number {
    return this.#open().filter((one) => one === digest).length;
  }

  /** The other models for which assignments may still arrive, one entry for each. */
  others(digest: string): readonly string[] {
    return this.#open().filter((one) => one !== digest);
  }

  /** The models of the offers that have not lapsed, one entry for each. */
  #open(): readonly string[] {
    const now = this.#clock.monotonic();
    for (const [id, { until }] of this.#offers) if (until < now) this.#offers.delete(id);
    return [...this.#offers.values()].map((offer) => offer.digest);
  }
}
