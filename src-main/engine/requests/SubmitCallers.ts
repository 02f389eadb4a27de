import { SwarmError } from '#shared/domain/errorCodes.ts';

/** Callers that wait until the coordinator has stored the task they submitted. */
export class SubmitCallers {
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  /** Resolves when the coordinator has stored the task; rejects with the reason if it never will. */
  async wait(taskId: string): Promise<void> {
    const caller = Promise.withResolvers<void>();
    this.#waiting.set(taskId, caller);
    try {
      await caller.promise;
    } finally {
      if (this.#waiting.get(taskId) === caller) this.#waiting.delete(taskId);
    }
  }

  has(taskId: string): boolean {
    return this.#waiting.has(taskId);
  }

  /** Settles the callers of a task that the coordinator has stored. */
  resolve(taskId: string): void {
    this.#waiting.get(taskId)?.resolve();
  }

  reject(taskId: string, error: unknown): void {
    this.#waiting.get(taskId)?.reject(error);
  }

  /** Rejects all callers, because the node left the swarm. */
  rejectAll(): void {
    for (const caller of this.#waiting.values()) caller.reject(new SwarmError('no_swarm'));
    this.#waiting.clear();
  }
}
