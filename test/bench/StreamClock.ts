/** How fast the tokens of one stream came, after the first ones. */
export class StreamClock {
  #firstAt: number | null = null;
  #lastAt = 0;
  #after = 0;

  /** Tokens that came just now. */
  add(tokens: number): void {
    this.#lastAt = performance.now();
    if (this.#firstAt === null) this.#firstAt = this.#lastAt;
    else this.#after += tokens;
  }

  /** Of the tokens behind the first ones; NaN when there are none. */
  get tokensPerSecond(): number {
    return this.#firstAt === null ? Number.NaN : (this.#after / (this.#lastAt - this.#firstAt)) * 1000;
  }
}
