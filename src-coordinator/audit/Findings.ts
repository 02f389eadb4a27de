const mostSentences = 100;

/** What an audit found wrong, counted and in sentences. */
export class Findings {
  readonly problems: string[] = [];
  brokenLinks = 0;
  paidTwice = 0;
  heldForFinished = 0;
  #count = 0;

  /** True when nothing was found. */
  get none(): boolean {
    return this.#count === 0;
  }

  /** Anything wrong; the first hundred are kept as sentences. */
  note(problem: string): void {
    this.#count += 1;
    if (this.problems.length < mostSentences) this.problems.push(problem);
  }

  brokenLink(what: string): void {
    this.brokenLinks += 1;
    this.note(`${what} does not continue its hash chain`);
  }

  paidAgain(what: string): void {
    this.paidTwice += 1;
    this.note(`${what} was paid more than once`);
  }

  stillHeld(what: string, amount: bigint): void {
    this.heldForFinished += 1;
    this.note(`${what} is over, but ${amount} micro-credits are still held for it`);
  }
}
