import type { DownloadProblemCode } from '#shared/api/models.ts';

/** Thrown when a download cannot go on; the code and the sentence are for people. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: DownloadProblemCode;
  /** True when the same request may work in a moment. */
  readonly passing: boolean;
  /** What the server asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: DownloadProblemCode,
    message: string,
    how: { passing?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, how.cause === undefined ? undefined : { cause: how.cause });
    this.code = code;
    this.passing = how.passing ?? false;
    this.retryAfterMs = how.retryAfterMs;
  }
}

/** The remote file is not the one that this session began with; the session begins again. */
export class RemoteChangedError extends Error {
  override readonly name = 'RemoteChangedError';
  readonly code = 'remote_changed';
}

/** A failure of the disk as a download says it; anything else comes back unchanged. */
export function diskError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  switch (thrown.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DownloadError('storage_full', 'The disk is full.', { cause: thrown });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new DownloadError('storage_read_only', 'The folder for models cannot be written.', { cause: thrown });
    case 'EIO':
      return new DownloadError('storage_failed', 'The disk reports an error.', { cause: thrown });
    default:
      return thrown;
  }
}
