import type { DownloadProblemCode } from '#shared/api/models.ts';

/** Thrown when a download fails. `code` and `message` are shown to people. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: DownloadProblemCode;
  /** Whether the same request may succeed shortly. */
  readonly passing: boolean;
  /** Delay that the server requested, in milliseconds. */
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

/** Thrown when the remote file is another version than at the start of the session, which then restarts. */
export class RemoteChangedError extends Error {
  override readonly name = 'RemoteChangedError';
  readonly code = 'remote_changed';
}

/** Converts an error of the file system to a DownloadError; returns any other error unchanged. */
export function diskError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  switch (thrown.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DownloadError('storage_full', 'The disk is full.', { cause: thrown });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new DownloadError('storage_read_only', 'The folder for models is not writable.', { cause: thrown });
    case 'EIO':
      return new DownloadError('storage_failed', 'The disk reported an error.', { cause: thrown });
    default:
      return thrown;
  }
}
