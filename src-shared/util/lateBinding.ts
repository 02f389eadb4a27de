/** A value that is bound once, after what needs it was made. */
export interface LateBinding<T> {
  /** Throws a TypeError before `bind`. */
  readonly value: T;
  /** Throws a TypeError when called a second time. */
  bind(value: T): void;
}

/** Creates a binding; `name` appears in its errors. */
export function lateBinding<T>(name: string): LateBinding<T> {
  let bound: { readonly value: T } | null = null;
  return {
    get value() {
      if (bound === null) throw new TypeError(`The ${name} was used before it was bound`);
      return bound.value;
    },
    bind(value) {
      if (bound !== null) throw new TypeError(`The ${name} is bound already`);
      bound = { value };
    },
  };
}
