import { z } from 'zod';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { TaskId } from '#shared/domain/ids.ts';
import { NewSubmission, TaskStatus } from '#shared/domain/tasks/task.ts';
import { TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';

/** requester → coordinator `task:quote`. The text stays at home: only its size travels. */
export const TaskQuote = z.object({
  submission: NewSubmission.omit({ messages: true, context: true }),
  promptBytes: z.int().min(0).max(1_048_576),
});

/** requester → coordinator `task:submit`. Idempotent by `taskId`. */
export const TaskSubmit = z.object({ taskId: TaskId, submission: NewSubmission });
export const SubmitAccepted = z.object({
  taskId: TaskId,
  status: TaskStatus,
  held: CreditsText,
  /** After the budget was applied. */
  maxTokens: z.int(),
  expiresAt: z.number(),
  budgetEffect: z.string().max(300).nullable(),
});

/** requester → coordinator `task:cancel`. */
export const TaskCancel = z.object({ taskId: TaskId });

/** requester → coordinator `task:forget`: deletes the texts of an own task that is over (rules 7.2). */
export const TaskForget = z.object({ taskId: TaskId });

/**
 * requester → coordinator `task:follow`: the state of an own task and its answer from token `from` of `attempt` on;
 * later frames come by `task:frame`. Sent after every reconnect for each unfinished task.
 */
export const TaskFollow = z.object({ taskId: TaskId, attempt: z.int().min(0), from: z.int().min(0) });

export const FollowReply = z.object({ task: TaskView, frame: TaskFrame.nullable() });
