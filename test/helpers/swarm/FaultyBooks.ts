import type { Books, Command } from '#coordinator/books/Books.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** FAKE faults around real books: commands of a kind fail, or wait until the test lets them go on. */
export class FaultyBooks implements Books {
  readonly #books: Books;
  readonly #failures = new Map<string, number>();
  readonly #gates = new Map<string, Promise<void>>();
  /** Kinds of the commands that were committed, in order. */
  readonly committed: string[] = [];

  constructor(books: Books) {
    this.#books = books;
  }

  /** The next commands of this kind find the disk full. */
  fail(kind: string, times = 1): void {
    this.#failures.set(kind, times);
  }

  /** Commands of this kind wait until the function that comes back is called. */
  hold(kind: string): () => void {
    const gate = Promise.withResolvers<void>();
    this.#gates.set(kind, gate.promise);
    return () => {
      this.#gates.delete(kind);
      gate.resolve();
    };
  }

  async run<T>(command: Command<T>): Promise<T> {
    const { kind } = command;
    await this.#gates.get(kind);
    const failures = this.#failures.get(kind) ?? 0;
    if (failures > 0) {
      this.#failures.set(kind, failures - 1);
      throw new SwarmError('storage_full');
    }
    const outcome = await this.#books.run(command);
    this.committed.push(kind);
    return outcome;
  }
}
