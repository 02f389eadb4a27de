import type { Clock, Timer } from '#shared/util/clock.ts';

export interface LeaseKeeperOptions {
  readonly clock: Clock;
  /** Assignments that this node holds now. */
  readonly held: () => readonly string[];
  readonly renew: (assignmentIds: string[]) => void;
}

/** Renews the leases of all held assignments together, from the engine process, which inference cannot block. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #everyMs = 1000;
  #timer: Timer | null = null;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** Milliseconds between renewals, as the coordinator says. */
  setPace(everyMs: number): void {
    this.#everyMs = Math.max(500, everyMs);
  }

  /** Begins when something is held; ends by itself when nothing is. */
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
