import { type ErrorCode, SwarmError, type WireError } from '#shared/domain/errorCodes.ts';

/** The coordinator's refusal as an error of the engine, details included. */
export function wireToError({ code, message, field, details }: WireError): SwarmError {
  return new SwarmError(code, message, {
    ...(field === undefined ? {} : { field }),
    ...(details === undefined ? {} : { details }),
  });
}

/** True for passing failures: nothing was decided, and a retry may succeed. */
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
