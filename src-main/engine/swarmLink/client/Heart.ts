import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { Asked } from './ask.ts';

interface HeartHooks {
  readonly onBeat: (latencyMs: number, health: z.infer<typeof SwarmHealth>) => void;
  /** The other side did not answer: the link is dead. */
  readonly onSilence: () => void;
}

/** How long a sign of life may take. */
const patienceMs = 8_000;

/** Signs of life, also while it works: each answer brings the state of the swarm and the latency. */
export class Heart {
  readonly #clock: Clock;
  readonly #beat: (timeoutMs: number) => Promise<Asked<'node:beat'>>;
  readonly #hooks: HeartHooks;
  #timer: Timer | null = null;
  #beating = false;
  /** Grows with each start, so that an answer to an earlier link is not taken for this one's. */
  #life = 0;

  constructor(clock: Clock, beat: (timeoutMs: number) => Promise<Asked<'node:beat'>>, hooks: HeartHooks) {
    this.#clock = clock;
    this.#beat = beat;
    this.#hooks = hooks;
  }

  start(everyMs: number): void {
    this.stop();
    this.#plan(Math.max(1000, everyMs));
    // The first one measures the latency for people who look.
    this.beatNow();
  }

  stop(): void {
    this.#life += 1;
    this.#timer?.cancel();
    this.#timer = null;
    this.#beating = false;
  }

  /** Asks for a sign of life at once. */
  beatNow(): void {
    if (!this.#beating) void this.#ask();
  }

  #plan(everyMs: number): void {
    this.#timer = this.#clock.setTimer(everyMs, () => {
      this.#plan(everyMs);
      this.beatNow();
    });
  }

  async #ask(): Promise<void> {
    const life = this.#life;
    this.#beating = true;
    const before = this.#clock.monotonic();
    const answer = await this.#beat(patienceMs);
    if (life !== this.#life) return;
    this.#beating = false;
    if (answer.ok) this.#hooks.onBeat(Math.round(this.#clock.monotonic() - before), answer.payload.health);
    else if (answer.error.code === 'timeout' || answer.error.code === 'not_connected') this.#hooks.onSilence();
  }
}
