import type { LoadFailureCode } from '#shared/worker/WorkerToEngine.ts';

/** Thrown when a model is not loaded; `code` says why. */
export class ModelRefusedError extends Error {
  override readonly name = 'ModelRefusedError';
  readonly code: LoadFailureCode;

  constructor(code: LoadFailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
