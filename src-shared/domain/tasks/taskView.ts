import { z } from 'zod';
import { Finish } from './assignment.ts';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { ModelDigest, NodeId, TaskId } from '#shared/domain/ids.ts';
import { QualityRecord } from './quality.ts';
import { TaskStatus } from './task.ts';

/** The price of a task before it is submitted. */
export const Quote = z.object({
  /** The most it can cost; held at submission. */
  hold: CreditsText,
  /** Usual range in credits. */
  low: CreditsText,
  high: CreditsText,
  /** Usual duration in seconds; null when unknown. */
  usualSeconds: z.number().nullable(),
  /** Nodes that can take it now, and all that could when free. */
  freeNodes: z.int(),
  eligibleNodes: z.int(),
  /** Why no node can take it, as a sentence; null when one can. */
  reason: z.string().max(300).nullable(),
  /** The effect of the budget: fewer tokens, or excluded levels; null without one. */
  budgetEffect: z.string().max(300).nullable(),
  maxTokens: z.int(),
});
export type Quote = z.infer<typeof Quote>;

/** A piece of the answer, already stored. `attempt` increases when an answer starts over. */
export const TaskFrame = z.object({
  taskId: TaskId,
  attempt: z.int().min(0),
  /** Index of the first token of this piece in the whole answer of this attempt. */
  from: z.int().min(0),
  /** Tokens in this piece. */
  tokens: z.int().min(0),
  text: z.string(),
});
export type TaskFrame = z.infer<typeof TaskFrame>;

/** One step in a task's timeline; `at` is UTC milliseconds. */
export const TimelineStep = z.object({
  at: z.number(),
  step: z.enum([
    'submitted',
    'unblocked',
    'offered',
    'assigned',
    'first_token',
    'handed_over',
    'lost',
    'rejected',
    'delivered',
    'checked',
    'paid',
    'refunded',
    'completed',
    'failed',
    'cancelled',
    'expired',
  ]),
  /** Pseudonym or ID of the node, a count, a reason; may be ''. */
  detail: z.string().max(300),
});
export type TimelineStep = z.infer<typeof TimelineStep>;

/** A task as its requester sees it. */
export const TaskView = z.object({
  taskId: TaskId,
  status: TaskStatus,
  attempt: z.int(),
  /** Tokens of the current attempt so far. */
  outputTokens: z.int(),
  finish: Finish.nullable(),
  partial: z.boolean(),
  /** The cost including the fee; the hold while the task is open. */
  credits: CreditsText,
  fee: CreditsText,
  nodeId: NodeId.nullable(),
  nodeName: z.string().nullable(),
  modelDigest: ModelDigest.nullable(),
  modelName: z.string().nullable(),
  quality: QualityRecord.nullable(),
  /** Why it waits, or how it ended, as a sentence. */
  reason: z.string().max(500).nullable(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  timeline: z.array(TimelineStep).max(200),
});
export type TaskView = z.infer<typeof TaskView>;
