/** Thrown when something cannot be measured. `message` is a sentence for people. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError';
  readonly code: 'cancelled' | 'worker_failed' | 'no_room' | 'not_measurable';

  constructor(code: BenchmarkError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Throws a `cancelled` error once the run has been cancelled. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new BenchmarkError('cancelled', 'The benchmark was cancelled.');
}
