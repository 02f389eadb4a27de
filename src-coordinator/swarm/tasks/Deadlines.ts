import type { Clock, Timer } from '#shared/util/clock.ts';

/** Longest delay of a timer; for later deadlines it is set again. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls back when the deadline of a task passes. Deadlines are monotonic milliseconds. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #onPassed: (taskId: string) => void;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock, onPassed: (taskId: string) => void) {
    this.#clock = clock;
    this.#onPassed = onPassed;
  }

  /** Sets or moves the deadline of a task. */
  set(taskId: string, deadline: number): void {
    this.clear(taskId);
    const left = Math.max(0, Math.ceil(deadline - this.#clock.monotonic()));
    const timer = this.#clock.setTimer(Math.min(left, longestTimerMs), () => {
      this.#timers.delete(taskId);
      if (deadline > this.#clock.monotonic()) this.set(taskId, deadline);
      else this.#onPassed(taskId);
    });
    this.#timers.set(taskId, timer);
  }

  clear(taskId: string): void {
    this.#timers.get(taskId)?.cancel();
    this.#timers.delete(taskId);
  }
}
