/** Thrown for invalid arguments; the command exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'wrong_use';
}
