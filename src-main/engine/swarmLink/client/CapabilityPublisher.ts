import type { Capabilities } from '#shared/protocol/session.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Asked } from './ask.ts';

/** Milliseconds that small changes, such as a measured speed, wait for others. */
const gatherMs = 1_000;

/** Publishes this node's capabilities when they change: status and number of models at once, the rest coalesced. */
export class CapabilityPublisher {
  readonly #clock: Clock;
  readonly #send: (capabilities: Capabilities) => Promise<Asked<'node:update'>>;
  #published: Capabilities | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock, send: (capabilities: Capabilities) => Promise<Asked<'node:update'>>) {
    this.#clock = clock;
    this.#send = send;
  }

  /** The session began with these. */
  startWith(capabilities: Capabilities): void {
    this.#published = capabilities;
  }

  /** Publishes what changed since the last time, if anything. */
  publish(read: () => Capabilities): void {
    const now = read();
    if (same(now, this.#published)) return;
    const urgent = now.status !== this.#published?.status || now.models.length !== this.#published.models.length;
    if (urgent) void this.#publishNow(read);
    else this.#timer ??= this.#clock.setTimer(gatherMs, () => void this.#publishNow(read));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#published = null;
  }

  async #publishNow(read: () => Capabilities): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    const now = read();
    const before = this.#published;
    if (same(now, before)) return;
    this.#published = now;
    const answer = await this.#send(now);
    // Published again with the next change or the next session.
    if (!answer.ok && this.#published === now) this.#published = before;
  }
}

function same(a: Capabilities, b: Capabilities | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
