/** What is there at once or later. Storages that answer at once cost no turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on with a value at once when it is there, else when it comes. */
export function andThen<T, R>(value: MaybePromise<T>, step: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(step) : step(value);
}
