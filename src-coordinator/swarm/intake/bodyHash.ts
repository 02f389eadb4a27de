import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';

/**
 * SHA-256 of the canonical submission, hex: the same task id with another body is refused. Throws a SwarmError
 * `invalid_message` for what has no canonical form, such as a schema with half of a surrogate pair in it.
 */
export function bodyHash(submission: Submission): string {
  return hash('sha256', canonical(submission), 'hex');
}

function canonical(submission: Submission): string {
  try {
    return canonicalize(submission) ?? '';
  } catch (cause) {
    throw new SwarmError('invalid_message', 'submission: must be well-formed JSON', { field: 'submission', cause });
  }
}
