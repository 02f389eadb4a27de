/** The command was called in a way that cannot work; exit code 2. */
export class WrongUseError extends Error {
  override readonly name = 'WrongUseError';
  readonly code = 'wrong_use';
}
