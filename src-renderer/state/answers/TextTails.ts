/** The last lines of tasks running here for others, where their text may be shown. Only the newest text per task is kept. */
export class TextTails {
  readonly #texts = new Map<string, string>();
  readonly #listeners = new Map<string, Set<(text: string) => void>>();

  take(taskId: string, text: string): void {
    const listeners = this.#listeners.get(taskId);
    if (listeners === undefined) return;
    this.#texts.set(taskId, text);
    for (const listener of listeners) listener(text);
  }

  /** Calls the listener with every new tail; nothing is kept for tasks without a listener. */
  watch(taskId: string, listener: (text: string) => void): () => void {
    const listeners = this.#listeners.get(taskId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(taskId, listeners);
    const known = this.#texts.get(taskId);
    if (known !== undefined) listener(known);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(taskId);
      this.#texts.delete(taskId);
    };
  }
}
