import type { Command } from '#coordinator/books/Books.ts';
import type { TaskJudgement } from '#coordinator/books/tasks/judgement.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { cancelDescendants, unblockChildren } from '#coordinator/books/tasks/descendants.ts';
import { endTask } from '#coordinator/books/tasks/endTask.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type TaskEvent, isTaskOver, moveTask } from '#shared/domain/tasks/task.ts';

/** The end of a task: its bill is settled or refunded in the same transaction, exactly once. */
export interface FinishTask extends TaskJudgement {
  readonly taskId: string;
  readonly event: Extract<TaskEvent, 'complete' | 'fail' | 'cancel' | 'expire'>;
}

export type FinishOutcome =
  | {
      kind: 'finished';
      /** Without its text. */
      task: TaskRecord;
      /** Tasks that waited for this one and ended with it, also through others. */
      cancelledDescendants: readonly string[];
      /** Tasks whose last parent this was: they are queued now. */
      unblocked: readonly string[];
    }
  /** It was over already; nothing moved. */
  | { kind: 'already_over'; task: TaskRecord };

/**
 * Ends a task: judges its segments, settles or refunds its bill, changes reputations, tells both sides, and takes its
 * descendants along. The task comes back without its text. Throws a SwarmError `not_found` or `conflict`.
 */
export function finishTask(input: FinishTask): Command<FinishOutcome> {
  const { taskId } = input;
  return {
    kind: 'finishTask',
    input,
    rows: { tasks: [taskId], assignments: [taskId], children: [taskId], heads: ['journal'] },
    rule: (tables) => finish(tables, input),
  };
}

function finish(tables: Tables, input: FinishTask): FinishOutcome {
  const before = tables.tasks.get(input.taskId);
  if (before === undefined) throw new SwarmError('not_found');
  if (isTaskOver(before.status)) return { kind: 'already_over', task: before };
  const status = moveTask(before.status, input.event);
  if (status === undefined) {
    throw new SwarmError('conflict', `A task that is ${before.status} cannot ${input.event}.`);
  }
  const task = endTask(tables, before, status, input);
  if (task.status === 'completed') {
    return { kind: 'finished', task, cancelledDescendants: [], unblocked: unblockChildren(tables, task, input.now) };
  }
  const cancelledDescendants = cancelDescendants(tables, task.taskId, input.now);
  return { kind: 'finished', task, cancelledDescendants, unblocked: [] };
}
