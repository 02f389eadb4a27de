import type { Clock, Timer } from '#shared/util/clock.ts';

/** A piece of an answer as it goes to the engine. */
export interface TokenBatch {
  readonly from: number;
  readonly ids: number[];
  readonly text: string;
}

/** Tokens leave at most this often, in milliseconds (rules 4.9). */
const interval = 50;

/** Sends the first token at once and collects later ones for at most 50 ms. */
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
    const due = this.#lastSent + interval - this.#clock.monotonic();
    if (due <= 0) this.flush();
    else this.#timer ??= this.#clock.setTimer(due, () => this.flush());
  }

  /** Adds text that belongs to ids which were sent before. */
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
