import { z } from 'zod';
import type { TaskPlace } from '#coordinator/books/Queries.ts';

/** Opaque mark of the end of a page of tasks. It contains time and id, since several tasks can have the same time. */
export const PageMark = z
  .string()
  .regex(/^\d{1,15}\.[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be the `before` of an earlier page');

/** The mark of a page that ends with this task. */
export function markOf({ createdAt, taskId }: TaskPlace): string {
  return `${createdAt}.${taskId}`;
}

/** The position that a mark stands for. */
export function placeOfMark(mark: string): TaskPlace {
  const [createdAt = '', taskId = ''] = mark.split('.');
  return { createdAt: Number(createdAt), taskId };
}
