import type { Queries } from '#coordinator/books/Queries.ts';
import type { StorageOptions } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';

interface LateStorageOptions {
  /** Runs a function after a while. */
  readonly later: (run: () => void) => void;
  /** Rows of each kind that are remembered between commits. */
  readonly remembered: number;
}

/**
 * Makes a storage that is far away of one that is here: rows are loaded, and queries answered, only after a while, so that
 * a rule or a room which assumes that a read is at once shows it.
 */
export class LateStorage {
  readonly #options: LateStorageOptions;
  readonly #waiting = new Set<() => void>();
  #hurries = false;

  constructor(options: LateStorageOptions) {
    this.#options = options;
  }

  /** For `openStorage`. */
  get distance(): NonNullable<StorageOptions['distance']> {
    return {
      remembered: this.#options.remembered,
      load: async (load) => {
        await this.#while();
        load();
        await this.#while();
      },
    };
  }

  /** The storage with queries that are answered later; what they read may have changed when the answer arrives. */
  around(storage: Storage): Storage {
    return { ...storage, queries: this.#late(storage.queries) };
  }

  /** Lets everything that waits go on now, and nothing wait any more: nobody moves the clock of a dead process. */
  hurry(): void {
    this.#hurries = true;
    for (const goOn of this.#waiting) goOn();
  }

  #late(queries: Queries): Queries {
    return new Proxy(queries, {
      get: (target, name, receiver) => {
        const query: unknown = Reflect.get(target, name, receiver);
        if (typeof query !== 'function') return query;
        return async (...given: unknown[]): Promise<unknown> => {
          await this.#while();
          const answer: unknown = await Reflect.apply(query, target, given);
          await this.#while();
          return answer;
        };
      },
    });
  }

  #while(): Promise<void> {
    if (this.#hurries) return Promise.resolve();
    return new Promise((resolve) => {
      const goOn = (): void => {
        this.#waiting.delete(goOn);
        resolve();
      };
      this.#waiting.add(goOn);
      this.#options.later(goOn);
    });
  }
}
