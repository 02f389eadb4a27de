import type { Capabilities } from '#shared/protocol/session.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Asked } from './ask.ts';

/** Small changes, such as a measured speed, wait this long so that several travel together. */
const gatherMs = 1_000;

/** Tells the coordinator what this node can do whenever it changed: its status at once, the rest a little later. */
export class OfferTeller {
  readonly #clock: Clock;
  readonly #read: () => Capabilities;
  readonly #send: (capabilities: Capabilities) => Promise<Asked<'node:update'>>;
  #told: Capabilities | null = null;
  #timer: Timer | null = null;

  constructor(
    clock: Clock,
    read: () => Capabilities,
    send: (capabilities: Capabilities) => Promise<Asked<'node:update'>>,
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#send = send;
  }

  /** The session began with these. */
  told(capabilities: Capabilities): void {
    this.#told = capabilities;
  }

  tell(): void {
    const now = this.#read();
    if (same(now, this.#told)) return;
    const urgent = now.status !== this.#told?.status || now.models.length !== this.#told.models.length;
    if (urgent) void this.#tellNow();
    else this.#timer ??= this.#clock.setTimer(gatherMs, () => void this.#tellNow());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#told = null;
  }

  async #tellNow(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    const now = this.#read();
    const before = this.#told;
    if (same(now, before)) return;
    this.#told = now;
    const answer = await this.#send(now);
    // Told again with the next change, or with the next session.
    if (!answer.ok && this.#told === now) this.#told = before;
  }
}

function same(a: Capabilities, b: Capabilities | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
