import type { Clock, Timer } from '#shared/util/clock.ts';

export interface LeaseRenewerOptions {
  readonly clock: Clock;
  /** Assignments whose leases this node holds. */
  readonly held: () => readonly string[];
  readonly renew: (assignmentIds: string[]) => void;
}

/** Renews the leases of all held assignments in one message. It runs in the engine process, which inference cannot block. */
export class LeaseRenewer {
  readonly #options: LeaseRenewerOptions;
  #everyMs = 1000;
  #timer: Timer | null = null;

  constructor(options: LeaseRenewerOptions) {
    this.#options = options;
  }

  /** Sets the interval that the coordinator asks for, in milliseconds; 500 at least. */
  setInterval(everyMs: number): void {
    this.#everyMs = Math.max(500, everyMs);
  }

  /** Starts renewing; it stops by itself once nothing is held. */
  wake(): void {
    this.#timer ??= this.#plan();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #plan(): Timer {
    return this.#options.clock.setTimer(this.#everyMs, () => {
      this.#timer = null;
      const held = this.#options.held().slice(0, 256);
      if (held.length === 0) return;
      this.#options.renew([...held]);
      this.#timer = this.#plan();
    });
  }
}
