import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { Asked } from './ask.ts';

interface HeartbeatHooks {
  readonly onBeat: (latencyMs: number, health: z.infer<typeof SwarmHealth>) => void;
  /** No reply came: the link is dead. */
  readonly onSilence: () => void;
}

/** Milliseconds that the reply to a beat may take. */
const patienceMs = 8_000;

/** Beats at a fixed interval. Each reply brings the health of the swarm and the latency. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #beat: (timeoutMs: number) => Promise<Asked<'node:beat'>>;
  readonly #hooks: HeartbeatHooks;
  #timer: Timer | null = null;
  #beating = false;
  /** Counts the starts, so that a late reply on an earlier link is ignored. */
  #life = 0;

  constructor(clock: Clock, beat: (timeoutMs: number) => Promise<Asked<'node:beat'>>, hooks: HeartbeatHooks) {
    this.#clock = clock;
    this.#beat = beat;
    this.#hooks = hooks;
  }

  start(everyMs: number): void {
    this.stop();
    this.#plan(Math.max(1000, everyMs));
    // Measures the latency at once, so that the interface can show it.
    this.beatNow();
  }

  stop(): void {
    this.#life += 1;
    this.#timer?.cancel();
    this.#timer = null;
    this.#beating = false;
  }

  /** Beats now, unless a reply is awaited. */
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
