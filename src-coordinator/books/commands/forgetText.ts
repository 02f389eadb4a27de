import type { Command } from '#coordinator/books/Books.ts';
import type { Tables } from '#coordinator/books/Tables.ts';

/** Deletes the texts of a task: the submission, the token ids of the prompt, and the answer. */
export function forgetText(taskId: string): Command<void> {
  return {
    kind: 'forgetText',
    input: taskId,
    rows: { assignments: [taskId] },
    rule: (tables) => forget(tables, taskId),
  };
}

/** Deletes the texts of a batch of tasks that ended before `before` (UTC milliseconds). Returns their number; 0 when none is left. */
export function expireTexts(before: number): Command<number> {
  const key = String(before);
  return {
    kind: 'expireTexts',
    input: before,
    rows: { oldTexts: [key] },
    rule: (tables) => {
      const old = tables.rows.oldTexts.get(key) ?? [];
      tables.need({ assignments: old });
      for (const taskId of old) forget(tables, taskId);
      return old.length;
    },
  };
}

function forget(tables: Tables, taskId: string): void {
  tables.tasks.forgetText(taskId);
  const assignments = tables.assignments.ofTask(taskId);
  tables.appends.answerDeleted(
    taskId,
    assignments.map(({ assignmentId }) => assignmentId),
  );
}
