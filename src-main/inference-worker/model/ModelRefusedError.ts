import type { LoadFailureCode } from '#shared/worker/WorkerToEngine.ts';

/** Thrown when a model cannot be loaded; `code` gives the reason. */
export class ModelRefusedError extends Error {
  override readonly name = 'ModelRefusedError';
  readonly code: LoadFailureCode;

  constructor(code: LoadFailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
