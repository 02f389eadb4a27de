import type { Clock, Timer } from '#shared/util/clock.ts';

export interface GroupQueueOptions<T> {
  readonly clock: Clock;
  /** Runs a function once, soon, but after what is ready now; `setImmediate` by default. */
  readonly soon?: (run: () => void) => void;
  /** Commits a group and calls `done` exactly once, now or later; the next group waits for that. */
  readonly commit: (group: T[], done: () => void) => void;
}

/**
 * A group gathers for at most 5 ms or 128 commands (rules 9.1); commands that arrived meanwhile are included, up to a
 * maximum.
 */
export const groupLimits = { waitMs: 5, commands: 128, most: 1024 } as const;

/** Gathers items into groups and decides when to commit: at once when idle, later when the disk is busy. */
export class GroupQueue<T> {
  readonly #options: GroupQueueOptions<T>;
  #queue: T[] = [];
  /** Whether and how the next commit is scheduled. */
  #scheduled: 'no' | 'soon' | Timer = 'no';
  #isCommitting = false;
  /** Callers of `drained`. */
  #whenDrained: (() => void)[] = [];
  /** End and duration of the last commit: on a slow disk the next group gathers longer. */
  #lastEnd = Number.NEGATIVE_INFINITY;
  #lastTook = 0;

  constructor(options: GroupQueueOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#queue.push(item);
    if (!this.#isCommitting) this.#schedule();
  }

  /** Commits pending items now, or right after the commit in progress. */
  flush(): void {
    if (typeof this.#scheduled === 'object') this.#scheduled.cancel();
    this.#scheduled = 'no';
    while (this.#queue.length > 0 && !this.#isCommitting) this.#commitGroup();
    if (!this.#isCommitting) for (const resolve of this.#whenDrained.splice(0)) resolve();
  }

  /** Commits pending items; resolves when the queue is empty. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenDrained.push(resolve);
      this.flush();
    });
  }

  #schedule(): void {
    if (this.#scheduled === 'soon') return;
    const full = this.#queue.length >= groupLimits.commands;
    if (typeof this.#scheduled === 'object') {
      if (!full) return;
      this.#scheduled.cancel();
    }
    const { clock, soon = setImmediate } = this.#options;
    const wait = full ? 0 : Math.min(groupLimits.waitMs, this.#lastTook) - (clock.monotonic() - this.#lastEnd);
    if (wait < 1) {
      this.#scheduled = 'soon';
      soon(() => this.flush());
    } else {
      // A process with nothing else to do must not exit before the commit and lose the writes.
      this.#scheduled = clock.setTimer(wait, () => this.flush(), { holdsProcess: true });
    }
  }

  #commitGroup(): void {
    const { clock, commit } = this.#options;
    const start = clock.monotonic();
    let isAsync = false;
    this.#isCommitting = true;
    commit(this.#queue.splice(0, groupLimits.most), () => {
      this.#lastEnd = clock.monotonic();
      this.#lastTook = this.#lastEnd - start;
      this.#isCommitting = false;
      // Items that arrived meanwhile have waited for a whole commit already: commit them at once.
      if (isAsync) this.flush();
    });
    isAsync = true;
  }
}
