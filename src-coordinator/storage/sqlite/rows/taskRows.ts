import type { DueReward } from '#coordinator/books/Rows.ts';
import type { StoredAssignment, TaskRecord } from '#coordinator/books/records.ts';
import { inOrder } from '#coordinator/books/tasks/Assignments.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { type AssignmentRow, assignmentOfRow } from './assignmentRow.ts';
import { type RowSource, writesNothing } from './RowSource.ts';
import { type TaskRow, taskOfRow } from './taskRow.ts';
import { writeAssignment } from './writeAssignment.ts';
import { writeTask } from './writeTask.ts';

/** Tasks that are remembered, without their texts; UTF-16 units of texts, which may be long; and welcomes. */
const most = { tasks: 20_000, letters: 8_000_000, guests: 1000 } as const;
/** Rewards and texts in one batch, so that upkeep never delays other work for long. */
const batch = { rewards: 500, texts: 200 } as const;
const dayMs = 86_400_000;

const insertText = 'INSERT INTO task_texts (task_id, submission) VALUES (?, ?)';
const deleteText = 'DELETE FROM task_texts WHERE task_id = ?';
const insertWelcome = 'INSERT INTO welcomes (who, task_id) VALUES (?, ?)';

/** The table `tasks`. */
export function taskRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<TaskRecord> {
  const select = database.prepare<[string], TaskRow>('SELECT * FROM tasks WHERE task_id = ?').safeIntegers();
  return {
    most: most.tasks,
    read: (taskId) => {
      const row = select.get(taskId);
      return row === undefined ? undefined : taskOfRow(row);
    },
    write: (_, after, before) => {
      if (after !== undefined) writeTask(unit, after, before);
    },
  };
}

/** The table `task_texts`: submissions as JSON. */
export function textRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<string> {
  const select = database.prepare<[string], string>('SELECT submission FROM task_texts WHERE task_id = ?').pluck();
  return {
    most: most.letters,
    sizeOf: (text) => text.length,
    read: (taskId) => select.get(taskId),
    write: (taskId, after) => {
      if (after === undefined) unit.write(deleteText, [taskId]);
      else unit.write(insertText, [taskId, after]);
    },
  };
}

/** Children by parent; each edge is appended apart. */
export function childRows(database: SqliteDatabase): RowSource<readonly string[]> {
  const select = database.prepare<[string], string>('SELECT task_id FROM task_parents WHERE parent_id = ?').pluck();
  return {
    most: most.tasks,
    read: (parentId) => {
      const children = select.all(parentId);
      return children.length === 0 ? undefined : children;
    },
    write: writesNothing,
  };
}

/** The table `welcomes`. */
export function welcomeRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<string> {
  const select = database.prepare<[string], string>('SELECT task_id FROM welcomes WHERE who = ?').pluck();
  return {
    most: most.guests,
    read: (who) => select.get(who),
    write: (who, after) => {
      if (after !== undefined) unit.write(insertWelcome, [who, after]);
    },
  };
}

/** The table `assignments`, all of a task together. */
export function assignmentRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<readonly StoredAssignment[]> {
  const select = database
    // A few rows, sorted here: ORDER BY costs ten times the query itself.
    .prepare<[string], AssignmentRow>('SELECT * FROM assignments WHERE task_id = ?')
    .safeIntegers();
  return {
    most: most.tasks,
    read: (taskId) => {
      const found = select.all(taskId).map(assignmentOfRow);
      return found.length === 0 ? undefined : inOrder(found);
    },
    write: (_, after = [], before = []) => {
      for (const each of after) {
        const earlier = before.find(({ assignmentId }) => assignmentId === each.assignmentId);
        if (earlier !== each) writeAssignment(unit, each, earlier);
      }
    },
  };
}

/** The task of each assignment; written with the assignments. */
export function taskOfAssignmentRows(database: SqliteDatabase): RowSource<string> {
  const select = database.prepare<[string], string>('SELECT task_id FROM assignments WHERE assignment_id = ?').pluck();
  return { most: most.tasks, read: (assignmentId) => select.get(assignmentId), write: writesNothing };
}

/** Rewards older than a day with forty later tasks of their node, or older than fourteen days (trust 4.8). */
export function dueRewardRows(database: SqliteDatabase): RowSource<readonly DueReward[]> {
  const select = database.prepare<[number, number, number], DueReward>(
    `SELECT assignment_id AS assignmentId, task_id AS taskId FROM assignments JOIN nodes USING (node_id)
     WHERE reward_status = 'pending' AND settled_at <= ? AND (settled_count - settled_number >= 40 OR settled_at <= ?)
     ORDER BY settled_at LIMIT ?`,
  );
  return {
    most: 0,
    read: (now) => select.all(Number(now) - dayMs, Number(now) - 14 * dayMs, batch.rewards),
    write: writesNothing,
  };
}

/** Tasks that ended before a time and still have a text. */
export function oldTextRows(database: SqliteDatabase): RowSource<readonly string[]> {
  const select = database
    .prepare<[number, number], string>('SELECT task_id FROM task_texts WHERE ended_at < ? ORDER BY ended_at LIMIT ?')
    .pluck();
  return { most: 0, read: (before) => select.all(Number(before), batch.texts), write: writesNothing };
}
