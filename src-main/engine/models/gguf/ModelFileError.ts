export type ModelFileErrorCode = 'not_gguf' | 'damaged' | 'unsupported_version' | 'too_large' | 'digest_mismatch';

/** Thrown when a model file is invalid; the message names the invalid part. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly code: ModelFileErrorCode;

  constructor(code: ModelFileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
