import { describe, expect, test } from 'vitest';
import { StepLoop, type Stepper } from '#main/inference-worker/steps/StepLoop.ts';
import { settle } from '#test/helpers/ManualClock.ts';

/** A stepper that takes `steps` steps, each finished by the test. */
class Steps implements Stepper {
  readonly unread = 0;
  readonly order: number;
  taken = 0;
  #left: number;
  #finish: ((goesOn: boolean) => void) | null = null;

  constructor(steps: number, order = 0) {
    this.#left = steps;
    this.order = order;
  }

  step(): Promise<boolean> {
    this.taken += 1;
    return new Promise((resolve) => (this.#finish = resolve));
  }

  async finishStep(): Promise<void> {
    this.#left -= 1;
    this.#finish?.(this.#left > 0);
    this.#finish = null;
    await settle();
  }
}

describe('the step barrier', () => {
  test('nobody takes the next step before everybody took this one', async () => {
    const sizes: number[] = [];
    const loop = new StepLoop((active) => {
      sizes.push(active.length);
      return () => {
        sizes.push(-active.length);
      };
    });
    const [a, b] = [new Steps(3), new Steps(2)];
    loop.add(a);
    loop.add(b);
    await a.finishStep();
    await a.finishStep();
    expect([a.taken, b.taken]).toEqual([2, 1]);
    await b.finishStep();
    expect([a.taken, b.taken]).toEqual([3, 2]);
    await Promise.all([a.finishStep(), b.finishStep()]);
    expect(loop.size).toBe(0);
    // The first step of `a` began before `b` was there; from then on they share every step.
    expect(sizes).toEqual([1, -1, 2, -2, 2, -2]);
  });

  test('a newcomer joins at the next step, one that ended leaves', async () => {
    const loop = new StepLoop(() => () => undefined);
    const [a, b] = [new Steps(2), new Steps(1)];
    loop.add(a);
    loop.add(b);
    expect(b.taken).toBe(0);
    await a.finishStep();
    expect([a.taken, b.taken]).toEqual([2, 1]);
    await b.finishStep();
    expect(loop.size).toBe(2);
    await a.finishStep();
    expect(loop.size).toBe(0);
  });

  test('steps begin in the order of the sequences, whoever came first', async () => {
    const orders: number[][] = [];
    const loop = new StepLoop((active) => {
      orders.push(active.map(({ order }) => order));
      return () => {};
    });
    const [c, a, b] = [new Steps(2, 3), new Steps(1, 1), new Steps(1, 2)];
    for (const stepper of [c, a, b]) loop.add(stepper);
    await c.finishStep();
    expect(orders).toEqual([[3], [1, 2, 3]]);
    await Promise.all([a, b, c].map((stepper) => stepper.finishStep()));
  });

  test('it starts again after it ran dry', async () => {
    const loop = new StepLoop(() => () => undefined);
    for (let i = 0; i < 3; i += 1) {
      const stepper = new Steps(1);
      loop.add(stepper);
      await stepper.finishStep();
      expect(loop.size).toBe(0);
    }
  });
});
