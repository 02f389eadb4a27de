import { SwarmError } from '#shared/domain/errorCodes.ts';
import { DownloadError } from '#engine/models/downloads/DownloadError.ts';
import { ModelFileError } from '#engine/models/library/ModelFileError.ts';

/** A failure of looking at a model file, here or on a hub, as the error of a command; others come back unchanged. */
export function lookError(error: unknown): unknown {
  if (error instanceof ModelFileError) return new SwarmError('model_refused', error.message, { cause: error });
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new SwarmError('not_connected', 'The server takes too long to answer. Try again later.', { cause: error });
  }
  if (!(error instanceof DownloadError)) return error;
  const details = { reason: error.code };
  if (error.code === 'not_found') return new SwarmError('not_found', error.message, { cause: error, details });
  const code = error.code === 'access_denied' ? 'forbidden' : 'not_connected';
  return new SwarmError(code, error.message, { cause: error, details });
}
