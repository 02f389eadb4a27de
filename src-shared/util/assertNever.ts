/** Marks a switch as exhaustive, at compile time and at run time. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected case: ${JSON.stringify(value)}`);
}
