/** Part of an answer as sent to the engine; `from` is the index of its first token within the run. */
export interface TokenBatch {
  readonly from: number;
  readonly ids: number[];
  readonly text: string;
}

/** Sends tokens as soon as the step that drew them is over, in one batch for each turn of the event loop. */
export class TokenSender {
  readonly #send: (batch: TokenBatch) => void;
  readonly #soon: (run: () => void) => unknown;
  #from = 0;
  #ids: number[] = [];
  #text = '';
  #isScheduled = false;

  /** `soon` runs a function once the present turn of the event loop is over. */
  constructor(send: (batch: TokenBatch) => void, soon: (run: () => void) => unknown = setImmediate) {
    this.#send = send;
    this.#soon = soon;
  }

  push(id: number, text: string): void {
    this.#ids.push(id);
    this.#text += text;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#soon(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Adds text of ids that were sent before. */
  pushText(text: string): void {
    this.#text += text;
  }

  /** Sends what is left, now. */
  flush(): void {
    if (this.#ids.length === 0 && this.#text === '') return;
    const batch = { from: this.#from, ids: this.#ids, text: this.#text };
    this.#from += this.#ids.length;
    this.#ids = [];
    this.#text = '';
    this.#send(batch);
  }
}
