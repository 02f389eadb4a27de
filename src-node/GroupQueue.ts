import type { Clock, Timer } from '#shared/util/clock.ts';

export interface GroupQueueOptions<T> {
  readonly clock: Clock;
  /** Runs a function once, after what is ready now; `setImmediate` unless a simulation says otherwise. */
  readonly soon?: (run: () => void) => void;
  /** Commits a group. The next one waits until it is done; it never throws or rejects. */
  readonly commit: (group: T[]) => void | Promise<void>;
}

/** DESIGN 6: a group collects for at most 5 ms or 128 commands; what has queued up meanwhile goes along, up to a bound. */
export const groupLimits = { waitMs: 5, commands: 128, most: 1024 } as const;

/** Gathers what waits for a commit, and says when it is time for one: at once when idle, later when the disk is busy. */
export class GroupQueue<T> {
  readonly #options: GroupQueueOptions<T>;
  #queue: T[] = [];
  #planned: 'no' | 'soon' | Timer = 'no';
  #underWay: Promise<void> | null = null;
  /** When the last commit ended, and how long it took: a busy disk is given time to gather more. */
  #lastEnd = Number.NEGATIVE_INFINITY;
  #lastTook = 0;

  constructor(options: GroupQueueOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#queue.push(item);
    if (this.#underWay === null) this.#plan();
  }

  /** Commits what waits, now; in the background when commits take their time. */
  flush(): void {
    if (typeof this.#planned === 'object') this.#planned.cancel();
    this.#planned = 'no';
    while (this.#queue.length > 0 && this.#underWay === null) this.#commitGroup();
  }

  /** Commits what waits; resolves when all of it is done. */
  async drained(): Promise<void> {
    this.flush();
    while (this.#underWay !== null) {
      await this.#underWay;
      this.flush();
    }
  }

  #plan(): void {
    if (this.#planned === 'soon') return;
    const full = this.#queue.length >= groupLimits.commands;
    if (typeof this.#planned === 'object') {
      if (!full) return;
      this.#planned.cancel();
    }
    const { clock } = this.#options;
    const wait = full ? 0 : Math.min(groupLimits.waitMs, this.#lastTook) - (clock.monotonic() - this.#lastEnd);
    if (wait < 1) this.#flushSoon();
    else this.#planned = clock.setTimer(wait, () => this.flush());
  }

  #flushSoon(): void {
    if (this.#planned === 'soon') return;
    const { soon = setImmediate } = this.#options;
    this.#planned = 'soon';
    soon(() => this.flush());
  }

  #commitGroup(): void {
    const { clock, commit } = this.#options;
    const start = clock.monotonic();
    const noteEnd = (): void => {
      this.#lastEnd = clock.monotonic();
      this.#lastTook = this.#lastEnd - start;
    };
    const underWay = commit(this.#queue.splice(0, groupLimits.most));
    if (underWay === undefined) {
      noteEnd();
      return;
    }
    this.#underWay = underWay.then(() => {
      noteEnd();
      this.#underWay = null;
      // What came meanwhile has waited for as long as a whole commit.
      if (this.#queue.length > 0) this.#flushSoon();
    });
  }
}
