import { z } from 'zod';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { ModelDigest, TaskId } from '#shared/domain/ids.ts';
import { QualityLevel } from '#shared/domain/money/prices.ts';
import { TaskType } from './taskType.ts';

/** Largest prompt in UTF-8 bytes and longest answer in tokens (rules 3.4). */
export const taskLimits = { promptBytes: 256 * 1024, outputTokens: 32_768, parents: 16, tags: 16 } as const;

export const Priority = z.enum(['low', 'medium', 'high', 'critical']);
export type Priority = z.infer<typeof Priority>;

/** Who may see the text (paper 001 §5.2.1). `public` alone may be shown or reused. */
export const PrivacyClass = z.enum(['public', 'internal', 'confidential', 'restricted']);
export type PrivacyClass = z.infer<typeof PrivacyClass>;

/** Whose nodes may run it. */
export const Audience = z.enum(['anyone', 'team', 'own']);
export type Audience = z.infer<typeof Audience>;

/** A lone surrogate has no UTF-8 bytes, so it could not be signed or hashed. */
const wellFormed = (text: string): boolean => text.isWellFormed();
const promptText = z.string().max(taskLimits.promptBytes).refine(wellFormed, 'must be well-formed Unicode');

export const ChatMessage = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: promptText,
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Format of the answer. Nodes do not receive it yet, so coordinators refuse everything but `text`. */
export const ResponseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('grammar'), grammar: z.string().max(16_384) }),
]);

/** A request for an answer (rules 4.2). Everything but type and text has a default. */
export const Submission = z.object({
  type: TaskType,
  /** The prompt: one text, or a conversation. */
  messages: z.array(ChatMessage).min(1).max(64),
  /** Material placed before the prompt: a file, a diff. */
  context: promptText.default(''),
  /** Programming language, lower case, e.g. `typescript`; empty when unknown. */
  language: z
    .string()
    .max(32)
    .regex(/^[a-z0-9+#.-]*$/, 'must be lower-case letters, digits or + # . -')
    .default(''),
  /** A specific model; otherwise any model that serves the type. */
  model: ModelDigest.optional(),
  quality: QualityLevel.default('balanced'),
  maxTokens: z.int().min(1).max(taskLimits.outputTokens),
  /** Milliseconds from acceptance until it expires. */
  deadlineMs: z
    .int()
    .min(1000)
    .max(24 * 3_600_000),
  priority: Priority.default('medium'),
  maxCredits: CreditsText.optional(),
  privacy: PrivacyClass.default('internal'),
  audience: Audience.default('anyone'),
  teamId: z.string().max(64).optional(),
  workflowId: z.string().max(64).optional(),
  parents: z.array(TaskId).max(taskLimits.parents).default([]),
  batchId: z.string().max(64).optional(),
  title: z.string().max(200).refine(wellFormed, 'must be well-formed Unicode').optional(),
  tags: z.array(z.string().max(64).refine(wellFormed, 'must be well-formed Unicode')).max(taskLimits.tags).default([]),
  responseFormat: ResponseFormat.default({ type: 'text' }),
  /** 0 = always the likeliest token (greedy). Omitted: the type's own temperature. */
  temperature: z.number().min(0).max(2).optional(),
});
export type Submission = z.infer<typeof Submission>;
/** A submission from a caller: an unknown field is refused, since ignoring a condition would break it silently. */
export const NewSubmission = z.strictObject(Submission.shape);
/** The input form; `Submission` fills in the defaults. */
export type SubmissionInput = z.input<typeof Submission>;

/** UTF-8 bytes of the whole prompt, as billed and limited. */
export function promptBytes(submission: Pick<Submission, 'messages' | 'context'>): number {
  const encoder = new TextEncoder();
  return (
    encoder.encode(submission.context).length +
    submission.messages.reduce((sum, message) => sum + encoder.encode(message.content).length, 0)
  );
}

/**
 * True when only nodes of the requester may see the text (rules 7.1). There are no teams yet, so `confidential` means own
 * nodes. In a public swarm such a task is unpaid, for nobody is paid by oneself (rules 1.4).
 */
export function ownNodesOnly(task: Pick<Submission, 'privacy' | 'audience'>): boolean {
  return task.audience === 'own' || task.privacy === 'restricted' || task.privacy === 'confidential';
}

export const TaskStatus = z.enum(['blocked', 'queued', 'running', 'completed', 'failed', 'cancelled', 'expired']);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** Events in the life of a task. */
export type TaskEvent = 'unblock' | 'assign' | 'requeue' | 'complete' | 'fail' | 'cancel' | 'expire';

const taskMoves: Readonly<Record<TaskStatus, Partial<Record<TaskEvent, TaskStatus>>>> = {
  blocked: { unblock: 'queued', cancel: 'cancelled', expire: 'expired' },
  // `complete` without a node: its nodes delivered the whole answer and were lost before they reported the end.
  queued: { assign: 'running', complete: 'completed', cancel: 'cancelled', expire: 'expired', fail: 'failed' },
  // `requeue`: the assignment ended without finishing the answer; it waits for another node.
  running: {
    requeue: 'queued',
    assign: 'running',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    expire: 'expired',
  },
  completed: {},
  failed: {},
  cancelled: {},
  expired: {},
};

/** The next status, or `undefined` when the event does not apply; terminal states absorb everything. */
export function moveTask(status: TaskStatus, event: TaskEvent): TaskStatus | undefined {
  return taskMoves[status][event];
}

/** True for completed, failed, cancelled and expired. */
export function isTaskOver(status: TaskStatus): boolean {
  return Object.keys(taskMoves[status]).length === 0;
}
