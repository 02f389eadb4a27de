import { tellUpdated } from '#coordinator/books/events/tell.ts';
import type { TaskJudgement } from './judgement.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { endTask } from './endTask.ts';

/** Cancels every blocked descendant of a task that did not complete. Returns their ids. */
export function cancelDescendants(tables: Tables, taskId: string, now: number): string[] {
  const cancelled: string[] = [];
  const visited = new Set<string>();
  let level = [...tables.tasks.children(taskId)];
  while (level.length > 0) {
    tables.need({ tasks: level, children: level, assignments: level });
    const below: string[] = [];
    for (const childId of level) {
      // A task that waits for several parents is found once for each, but ends only once.
      if (visited.has(childId)) continue;
      visited.add(childId);
      const child = tables.tasks.get(childId);
      if (child?.status !== 'blocked') continue;
      endTask(tables, child, 'cancelled', cascadedCancel(now));
      cancelled.push(childId);
      below.push(...tables.tasks.children(childId));
    }
    level = below;
  }
  return cancelled;
}

function cascadedCancel(now: number): TaskJudgement {
  return {
    finish: null,
    partial: false,
    quality: null,
    reason: 'A task that it builds on did not complete.',
    segments: [],
    promptPriceTo: null,
    now,
  };
}

/** Queues the children of a completed task that wait for no other parent. Returns their ids. */
export function unblockChildren(tables: Tables, task: TaskRecord, now: number): string[] {
  const children = tables.tasks.children(task.taskId);
  tables.need({ tasks: children, assignments: children });
  const blocked = children.flatMap((childId) => {
    const child = tables.tasks.get(childId);
    return child?.status === 'blocked' ? [child] : [];
  });
  tables.need({ tasks: blocked.flatMap(({ parents }) => parents) });
  const ready = blocked.filter(({ parents }) =>
    parents.every((parent) => tables.tasks.get(parent)?.status === 'completed'),
  );
  for (const { taskId } of ready) {
    tables.tasks.unblock(taskId, now);
    const child = tables.tasks.get(taskId);
    if (child !== undefined) tellUpdated(tables, child, now);
  }
  return ready.map(({ taskId }) => taskId);
}
