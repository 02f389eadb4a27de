/** Something that goes on by one step at a time together with others: an answer being written. */
export interface Stepper {
  /** True while the next step reads prompt tokens. */
  readonly reading: boolean;
  /** One decode of the batch; resolves to false when there is no next step. Must not reject. */
  step(): Promise<boolean>;
}

/**
 * The step barrier. All active runs take each step together, so that the library decodes them in one batch; without it
 * streams fall out of step and batches hold half of them. A run that is added joins at the next step, one that ends
 * leaves the barrier.
 */
export class StepLoop {
  readonly #beforeStep: (active: readonly Stepper[]) => void;
  readonly #joining: Stepper[] = [];
  #active: Stepper[] = [];
  #running = false;

  /** `beforeStep` sees who takes part, for instance to choose the number of threads. */
  constructor(beforeStep: (active: readonly Stepper[]) => void) {
    this.#beforeStep = beforeStep;
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
        this.#active.push(...this.#joining.splice(0));
        this.#beforeStep(this.#active);
        const goesOn = await Promise.all(this.#active.map((stepper) => stepper.step()));
        this.#active = this.#active.filter((_, index) => goesOn[index] === true);
      }
    } finally {
      this.#running = false;
    }
  }
}
