import { SwarmError } from '#shared/domain/errorCodes.ts';
import { DownloadError } from '#engine/models/transfer/DownloadError.ts';
import { ModelFileError } from '#engine/models/gguf/ModelFileError.ts';

/**
 * Converts an error from inspecting a model file, on this machine or on a hub, to a SwarmError; returns any other error
 * unchanged.
 */
export function toSwarmError(error: unknown): unknown {
  if (error instanceof ModelFileError) return new SwarmError('model_refused', error.message, { cause: error });
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new SwarmError('not_connected', 'The server took too long to respond. Try again later.', { cause: error });
  }
  if (!(error instanceof DownloadError)) return error;
  const details = { reason: error.code };
  if (error.code === 'not_found') return new SwarmError('not_found', error.message, { cause: error, details });
  const code = error.code === 'access_denied' ? 'forbidden' : 'not_connected';
  return new SwarmError(code, error.message, { cause: error, details });
}
