import { z } from 'zod';
import type { TaskPlace } from '#coordinator/books/Queries.ts';

/** Where a page of tasks ended, for the caller to send back as it is: a time alone would not tell tasks of one moment apart. */
export const PageMark = z.string().regex(/^\d{1,15}\.[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be the `before` of a page');

/** The mark behind a task. */
export function markOf({ createdAt, taskId }: TaskPlace): string {
  return `${createdAt}.${taskId}`;
}

/** The place that a mark names. */
export function placeOfMark(mark: string): TaskPlace {
  const [createdAt = '', taskId = ''] = mark.split('.');
  return { createdAt: Number(createdAt), taskId };
}
