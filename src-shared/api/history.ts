import { z } from 'zod';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { ModelDigest, TaskId } from '#shared/domain/ids.ts';
import { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { TimelineStep } from '#shared/domain/tasks/taskView.ts';
import { TaskRole } from './snapshot.ts';

/** A row of the task table, either side. */
export const TaskRow = z.object({
  taskId: TaskId,
  role: TaskRole,
  type: TaskType,
  /** TaskStatus for own tasks, AssignmentStatus for work done for others. */
  status: z.string(),
  /** First line of the prompt; own tasks only. */
  preview: z.string().nullable(),
  modelName: z.string().nullable(),
  outputTokens: z.int(),
  tookMs: z.number().nullable(),
  quality: z.int().nullable(),
  credits: CreditsText,
  partial: z.boolean(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
});
export type TaskRow = z.infer<typeof TaskRow>;

export const TaskFilter = z.object({
  role: TaskRole.optional(),
  statuses: z.array(z.string().max(32)).max(20).optional(),
  types: z.array(TaskType).optional(),
  /** Searched in prompts and outputs of own tasks, and in IDs. */
  text: z.string().max(200).optional(),
  /** UTC ms. */
  since: z.number().optional(),
  limit: z.int().min(1).max(100_000).default(500),
  /** Rows to skip at the start. */
  offset: z.int().min(0).default(0),
});

export const TaskDetail = TaskRow.extend({
  /** Own tasks only; null for work done for others and after the text was deleted. */
  submission: Submission.nullable(),
  output: z.string().nullable(),
  reason: z.string().nullable(),
  modelDigest: ModelDigest.nullable(),
  /** The other party: who answered (requester) or asked (node). */
  other: z.string().nullable(),
  otherId: z.string().nullable(),
  fee: CreditsText,
  quality5: QualityRecord.nullable(),
  timeline: z.array(TimelineStep),
  entries: z.array(EntryForAccount),
  /** Whether every entry's receipt verifies against the coordinator's key; null without entries. */
  receiptsValid: z.boolean().nullable(),
  firstTokenMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

export const Period = z.enum(['day', 'week', 'month', 'all']);
export type Period = z.infer<typeof Period>;

/** `workedMs` is the sum of all task durations. */
const workSum = { tasks: z.int(), credits: CreditsText, workedMs: z.number() };

export const EarningsReport = z.object({
  period: Period,
  earned: CreditsText,
  spent: CreditsText,
  tasksRun: z.int(),
  tasksAsked: z.int(),
  /** Milliseconds spent working. */
  workedMs: z.number(),
  /** Change against the previous period in percent; null without one. */
  changePercent: z.number().nullable(),
  days: z.array(z.object({ day: z.string(), earned: CreditsText, spent: CreditsText })),
  models: z.array(z.object({ name: z.string(), ...workSum })),
  types: z.array(z.object({ type: TaskType, ...workSum })),
});
export type EarningsReport = z.infer<typeof EarningsReport>;

export const LedgerRow = EntryForAccount.extend({ runningBalance: CreditsText, receiptValid: z.boolean() });
export type LedgerRow = z.infer<typeof LedgerRow>;

export const ReputationPoint = z.object({ at: z.number(), score: z.number(), level: z.string() });
