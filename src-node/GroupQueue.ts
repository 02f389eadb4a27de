import type { Clock, Timer } from '#shared/util/clock.ts';

export interface GroupQueueOptions<T> {
  readonly clock: Clock;
  /** Runs a function once, after what is ready now; `setImmediate` unless a simulation says otherwise. */
  readonly soon?: (run: () => void) => void;
  /** Commits a group and calls `done`, now or later, exactly once; the next one waits for that. */
  readonly commit: (group: T[], done: () => void) => void;
}

/** A group collects for at most 5 ms or 128 commands (rules 9.1); what has queued up meanwhile goes along, up to a bound. */
export const groupLimits = { waitMs: 5, commands: 128, most: 1024 } as const;

/** Gathers what waits for a commit, and says when it is time for one: at once when idle, later when the disk is busy. */
export class GroupQueue<T> {
  readonly #options: GroupQueueOptions<T>;
  #queue: T[] = [];
  #planned: 'no' | 'soon' | Timer = 'no';
  #isUnderWay = false;
  /** Who waits until nothing waits any more. */
  #whenDrained: (() => void)[] = [];
  /** When the last commit ended, and how long it took: a busy disk is given time to gather more. */
  #lastEnd = Number.NEGATIVE_INFINITY;
  #lastTook = 0;

  constructor(options: GroupQueueOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#queue.push(item);
    if (!this.#isUnderWay) this.#plan();
  }

  /** Commits what waits, now; in the background when commits take their time. */
  flush(): void {
    if (typeof this.#planned === 'object') this.#planned.cancel();
    this.#planned = 'no';
    while (this.#queue.length > 0 && !this.#isUnderWay) this.#commitGroup();
    if (!this.#isUnderWay) for (const tell of this.#whenDrained.splice(0)) tell();
  }

  /** Commits what waits; resolves when all of it is done. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenDrained.push(resolve);
      this.flush();
    });
  }

  #plan(): void {
    if (this.#planned === 'soon') return;
    const full = this.#queue.length >= groupLimits.commands;
    if (typeof this.#planned === 'object') {
      if (!full) return;
      this.#planned.cancel();
    }
    const { clock, soon = setImmediate } = this.#options;
    const wait = full ? 0 : Math.min(groupLimits.waitMs, this.#lastTook) - (clock.monotonic() - this.#lastEnd);
    if (wait < 1) {
      this.#planned = 'soon';
      soon(() => this.flush());
    } else {
      // Otherwise a process with nothing else to do would exit before the commit and lose the writes.
      this.#planned = clock.setTimer(wait, () => this.flush(), { holdsProcess: true });
    }
  }

  #commitGroup(): void {
    const { clock, commit } = this.#options;
    const start = clock.monotonic();
    let isLate = false;
    this.#isUnderWay = true;
    commit(this.#queue.splice(0, groupLimits.most), () => {
      this.#lastEnd = clock.monotonic();
      this.#lastTook = this.#lastEnd - start;
      this.#isUnderWay = false;
      // What came meanwhile has waited for as long as a whole commit: it goes at once, before callers bring more.
      if (isLate) this.flush();
    });
    isLate = true;
  }
}
