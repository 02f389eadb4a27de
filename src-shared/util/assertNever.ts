/** Closes a union: the compiler complains when a case was forgotten, and so does the running program. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected case: ${JSON.stringify(value)}`);
}
