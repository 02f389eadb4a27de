import { TaskId } from '#shared/domain/ids.ts';
import { WrongUseError } from '#main/cli/program/WrongUseError.ts';

/** A task's id as somebody typed it. Throws a WrongUseError. */
export function parseTaskId(text: string): TaskId {
  const parsed = TaskId.safeParse(text.toUpperCase());
  if (!parsed.success) throw new WrongUseError(`"${text.slice(0, 60)}" is not the id of a task (a ULID).`);
  return parsed.data;
}
