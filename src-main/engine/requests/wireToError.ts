import { type ErrorCode, SwarmError, type WireError } from '#shared/domain/errorCodes.ts';

/** The coordinator's refusal as the engine's own error, with the facts that people need. */
export function wireToError({ code, message, field, details }: WireError): SwarmError {
  return new SwarmError(code, message, {
    ...(field === undefined ? {} : { field }),
    ...(details === undefined ? {} : { details }),
  });
}

/** True for failures of the moment: nobody decided anything, and the next connect tries again. */
export function isPassing(code: ErrorCode): boolean {
  return (
    code === 'not_connected' ||
    code === 'timeout' ||
    code === 'shutting_down' ||
    code === 'overloaded' ||
    code === 'rate_limited' ||
    code === 'unauthenticated' ||
    code === 'internal' ||
    code === 'storage_full'
  );
}
