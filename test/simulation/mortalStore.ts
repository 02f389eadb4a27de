import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';

/**
 * A store as one process sees it: when the process is dead, nothing it waits for ever comes back and nobody in it is
 * told of anything, whatever the disk still does.
 */
export function mortalStore(store: CoordinatorStore, isAlive: () => boolean): CoordinatorStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (name === 'close' || typeof member !== 'function') return member;
      if (name === 'onEvents') return whileAlive(target, isAlive);
      return (...given: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, given);
        return result instanceof Promise ? unlessDead(result, isAlive) : result;
      };
    },
  });
}

function whileAlive(store: CoordinatorStore, isAlive: () => boolean): CoordinatorStore['onEvents'] {
  return (listener) =>
    store.onEvents((nodeIds) => {
      if (isAlive()) listener(nodeIds);
    });
}

function unlessDead(promise: Promise<unknown>, isAlive: () => boolean): Promise<unknown> {
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
