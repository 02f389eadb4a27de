/** A run that advances step by step together with others. */
export interface Stepper {
  /** Prompt tokens still to be read; 0 once its steps only decode. */
  readonly unread: number;
  /** Position in the batch. */
  readonly order: number;
  /** Takes one step; resolves to false after its last. Must not reject. */
  step(): Promise<boolean>;
}

/**
 * Called before each step with the runs in it. The function it returns is called after the step and may return a rest
 * to wait for before the next one.
 */
export type BeforeStep = (active: readonly Stepper[]) => () => Promise<void> | undefined;

/**
 * The step barrier: all active runs take each step together, so that the library decodes them in one batch. Without it
 * runs fall out of step and batches hold only half of them. A new run joins at the next step; a finished one leaves.
 * Steps start in the order of the sequences, because llama.cpp batches only adjacent, ascending sequences and silently
 * decodes others one by one.
 */
export class StepLoop {
  readonly #beforeStep: BeforeStep;
  readonly #joining: Stepper[] = [];
  #active: Stepper[] = [];
  #running = false;

  constructor(beforeStep: BeforeStep) {
    this.#beforeStep = beforeStep;
  }

  /** Number of runs, those that join at the next step included. */
  get size(): number {
    return this.#active.length + this.#joining.length;
  }

  add(stepper: Stepper): void {
    this.#joining.push(stepper);
    if (!this.#running) void this.#loop();
  }

  async #loop(): Promise<void> {
    this.#running = true;
    try {
      while (this.size > 0) {
        this.#active = [...this.#active, ...this.#joining.splice(0)].toSorted((a, b) => a.order - b.order);
        const afterStep = this.#beforeStep(this.#active);
        const continues = await Promise.all(this.#active.map((stepper) => stepper.step()));
        const rest = afterStep();
        this.#active = this.#active.filter((_, index) => continues[index] === true);
        if (rest !== undefined && this.size > 0) await rest;
      }
    } finally {
      this.#running = false;
    }
  }
}
