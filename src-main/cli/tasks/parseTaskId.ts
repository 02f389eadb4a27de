import { TaskId } from '#shared/domain/ids.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

/** Parses the id of a task. Throws a UsageError. */
export function parseTaskId(text: string): TaskId {
  const parsed = TaskId.safeParse(text.toUpperCase());
  if (!parsed.success) throw new UsageError(`"${text.slice(0, 60)}" is not the id of a task (a ULID).`);
  return parsed.data;
}
