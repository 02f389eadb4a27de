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

  /** Receives nothing more of a run and waits until the rest is stored. Null when the run is over. */
  async seal(assignmentId: string): Promise<LiveRun | null> {
    this.#life.sendRun(assignmentId, { type: 'sealed' });
    await this.settled(assignmentId);
    return this.#life.run(assignmentId)?.run ?? null;
  }

  /** Receives chunks of a run again: its end could not be stored. */
  unseal(assignmentId: string): void {
    this.#life.sendRun(assignmentId, { type: 'unsealed' });
  }
}
