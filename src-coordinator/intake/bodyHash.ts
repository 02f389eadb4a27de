import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Submission } from '#shared/domain/task.ts';

/** SHA-256 of the canonical submission, hex: the same task id with another body is refused. */
export function bodyHash(submission: Submission): string {
  return hash('sha256', canonicalize(submission) ?? '', 'hex');
}
