/** Something that goes on by one step at a time together with others: an answer being written. */
export interface Stepper {
  /** Prompt tokens still to be read; 0 when its steps only decode. */
  readonly unread: number;
  /** Place in the batch. */
  readonly order: number;
  /** One decode of the batch; resolves to false when there is no next step. Must not reject. */
  step(): Promise<boolean>;
}

/**
 * Called before each step with those who take part, for instance to choose threads; what it returns is called after it,
 * and may ask for a rest before the next one.
 */
export type AroundSteps = (active: readonly Stepper[]) => () => Promise<void> | undefined;

/**
 * The step barrier. All active runs take each step together, so that the library decodes them in one batch; without it
 * streams fall out of step and batches hold half of them. A run that is added joins at the next step, one that ends
 * leaves the barrier. Steps are begun in the order of the sequences: llama.cpp computes only neighbouring, ascending
 * sequences together, and in any other order it silently takes them one by one.
 */
export class StepLoop {
  readonly #around: AroundSteps;
  readonly #joining: Stepper[] = [];
  #active: Stepper[] = [];
  #running = false;

  constructor(around: AroundSteps) {
    this.#around = around;
  }

  /** Runs that take part or wait for the next step. */
  get size(): number {
    return this.#active.length + this.#joining.length;
  }

  add(stepper: Stepper): void {
    this.#joining.push(stepper);
    if (!this.#running) void this.#go();
  }

  async #go(): Promise<void> {
    this.#running = true;
    try {
      while (this.size > 0) {
        this.#active = [...this.#active, ...this.#joining.splice(0)].toSorted((a, b) => a.order - b.order);
        const afterStep = this.#around(this.#active);
        const goesOn = await Promise.all(this.#active.map((stepper) => stepper.step()));
        const rest = afterStep();
        this.#active = this.#active.filter((_, index) => goesOn[index] === true);
        if (rest !== undefined && this.size > 0) await rest;
      }
    } finally {
      this.#running = false;
    }
  }
}
