const maxSentences = 100;

/** The problems that an audit found: counts and sentences. */
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

  /** Records a problem; only the first hundred sentences are kept. */
  note(problem: string): void {
    this.#count += 1;
    if (this.problems.length < maxSentences) this.problems.push(problem);
  }

  brokenLink(subject: string): void {
    this.brokenLinks += 1;
    this.note(`${subject} does not continue its hash chain`);
  }

  paidAgain(subject: string): void {
    this.paidTwice += 1;
    this.note(`${subject} was paid more than once`);
  }

  stillHeld(subject: string, amount: bigint): void {
    this.heldForFinished += 1;
    this.note(`${subject} is over, but ${amount} micro-credits are still held for it`);
  }
}
