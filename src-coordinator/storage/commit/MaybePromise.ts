/** A value that is available now or later. Storages that answer at once cost no turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** Continues with a value: at once when it is available, else when it arrives. */
export function andThen<T, R>(value: MaybePromise<T>, step: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(step) : step(value);
}
