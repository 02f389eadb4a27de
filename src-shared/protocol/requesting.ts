import { z } from 'zod';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { TaskId } from '#shared/domain/ids.ts';
import { NewSubmission, TaskStatus } from '#shared/domain/tasks/task.ts';
import { TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';

/** requester → coordinator `task:quote`: asks for the price. Carries the size of the prompt, not its text. */
export const TaskQuote = z.object({
  submission: NewSubmission.omit({ messages: true, context: true }),
  promptBytes: z.int().min(0).max(1_048_576),
});

/** requester → coordinator `task:submit`; idempotent by `taskId`. */
export const TaskSubmit = z.object({ taskId: TaskId, submission: NewSubmission });
export const SubmitAccepted = z.object({
  taskId: TaskId,
  status: TaskStatus,
  held: CreditsText,
  /** Token limit after applying the budget. */
  maxTokens: z.int(),
  expiresAt: z.number(),
  budgetEffect: z.string().max(300).nullable(),
});

/** requester → coordinator `task:cancel`. */
export const TaskCancel = z.object({ taskId: TaskId });

/** requester → coordinator `task:forget`: deletes the texts of an own task that has ended (rules 7.2). */
export const TaskForget = z.object({ taskId: TaskId });

/**
 * requester → coordinator `task:follow`: asks for the state of an own task and its answer from token `from` of `attempt`;
 * later frames arrive as `task:frame`. Sent for each unfinished task after every reconnect.
 */
export const TaskFollow = z.object({ taskId: TaskId, attempt: z.int().min(0), from: z.int().min(0) });

export const FollowReply = z.object({ task: TaskView, frame: TaskFrame.nullable() });
