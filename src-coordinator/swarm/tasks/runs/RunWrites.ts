import type { LiveRun } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

/** Knows of each run what is still being written, so that its end can wait for that. */
export class RunWrites {
  readonly #life: TaskLife;
  readonly #writing = new Map<string, Promise<void>>();

  constructor(life: TaskLife) {
    this.#life = life;
  }

  /** Something of a run is being written; `written` never rejects. */
  add(assignmentId: string, written: Promise<void>): void {
    const writing = Promise.all([this.#writing.get(assignmentId), written]).then(() => undefined);
    this.#writing.set(assignmentId, writing);
    void writing.then(() => {
      if (this.#writing.get(assignmentId) === writing) this.#writing.delete(assignmentId);
    });
  }

  /** Resolves when everything received of a run is stored, or was given up. */
  async settled(assignmentId: string): Promise<void> {
    await this.#writing.get(assignmentId);
  }

  /**
   * Ends a run: receives nothing more of it, waits until the rest is stored, then calls `end` with the run as it is by then,
   * or null when it is over. When `end` throws, nothing ended, and chunks are received again until it is retried.
   */
  async whileSealed<T>(assignmentId: string, end: (run: LiveRun | null) => Promise<T>): Promise<T> {
    this.#life.sendRun(assignmentId, { type: 'sealed' });
    try {
      await this.settled(assignmentId);
      return await end(this.#life.run(assignmentId)?.run ?? null);
    } catch (error) {
      this.#life.sendRun(assignmentId, { type: 'unsealed' });
      throw error;
    }
  }
}
