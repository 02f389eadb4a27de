import type { Clock, Timer } from '#shared/util/clock.ts';

/** Part of an answer as sent to the engine; `from` is the index of its first token within the run. */
export interface TokenBatch {
  readonly from: number;
  readonly ids: number[];
  readonly text: string;
}

/** Least time between two batches, in milliseconds (rules 4.9). */
const intervalMs = 50;

/** Sends the first token at once and coalesces later ones into one batch per 50 ms. */
export class TokenSender {
  readonly #clock: Clock;
  readonly #send: (batch: TokenBatch) => void;
  #from = 0;
  #ids: number[] = [];
  #text = '';
  #lastSent = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(clock: Clock, send: (batch: TokenBatch) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  push(id: number, text: string): void {
    this.#ids.push(id);
    this.#text += text;
    const due = this.#lastSent + intervalMs - this.#clock.monotonic();
    if (due <= 0) this.flush();
    else this.#timer ??= this.#clock.setTimer(due, () => this.flush());
  }

  /** Adds text of ids that were sent before. */
  pushText(text: string): void {
    this.#text += text;
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#ids.length === 0 && this.#text === '') return;
    const batch = { from: this.#from, ids: this.#ids, text: this.#text };
    this.#from += this.#ids.length;
    this.#ids = [];
    this.#text = '';
    this.#lastSent = this.#clock.monotonic();
    this.#send(batch);
  }
}
