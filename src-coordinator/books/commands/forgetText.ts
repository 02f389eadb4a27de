import type { Command } from '#coordinator/books/Books.ts';
import type { Tables } from '#coordinator/storage/sqlite/Tables.ts';

/** Texts deleted in one command, so that upkeep never holds up other work for long. */
const expiryBatch = 200;

/** Deletes the texts of a task: what was asked, the ids of the prompt, and the answer. */
export function forgetText(taskId: string): Command<void> {
  return { kind: 'forgetText', input: taskId, rule: (tables) => forget(tables, taskId) };
}

/** Deletes the texts of some tasks that ended before `before` (UTC milliseconds). Gives of how many: 0 when none is left. */
export function expireTexts(before: number): Command<number> {
  return {
    kind: 'expireTexts',
    input: before,
    rule: (tables) => {
      const old = tables.tasks.withOldText(before, expiryBatch);
      for (const taskId of old) forget(tables, taskId);
      return old.length;
    },
  };
}

function forget(tables: Tables, taskId: string): void {
  tables.tasks.forgetText(taskId);
  const assignments = tables.assignments.ofTask(taskId);
  tables.chunks.forget(
    taskId,
    assignments.map(({ assignmentId }) => assignmentId),
  );
}
