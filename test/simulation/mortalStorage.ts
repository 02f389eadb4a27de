import type { Storage } from '#coordinator/storage/Storage.ts';
import type { Queries } from '#coordinator/books/Queries.ts';

/**
 * A storage as one process sees it: once the process is dead, nothing it waits for ever comes back and nobody in it is
 * told of anything, whatever the disk still does.
 */
export function mortalStorage(storage: Storage, isAlive: () => boolean): Storage {
  return {
    ...storage,
    books: { run: (command) => unlessDead(storage.books.run(command), isAlive) },
    queries: mortalQueries(storage.queries, isAlive),
    events: {
      ...storage.events,
      onEvents: (listener) =>
        storage.events.onEvents((nodeIds) => {
          if (isAlive()) listener(nodeIds);
        }),
    },
  };
}

function mortalQueries(queries: Queries, isAlive: () => boolean): Queries {
  return new Proxy(queries, {
    get(target, name, receiver) {
      const query: unknown = Reflect.get(target, name, receiver);
      if (typeof query !== 'function') return query;
      return (...given: unknown[]): unknown => {
        const result: unknown = Reflect.apply(query, target, given);
        return result instanceof Promise ? unlessDead(result, isAlive) : result;
      };
    },
  });
}

function unlessDead<T>(promise: Promise<T>, isAlive: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(
      (value) => {
        if (isAlive()) resolve(value);
      },
      (error: unknown) => {
        if (isAlive()) reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
