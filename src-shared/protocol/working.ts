import { z } from 'zod';
import { Finish } from '#shared/domain/tasks/assignment.ts';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { AssignmentId, Bytes32, ModelDigest, Signature, TaskId } from '#shared/domain/ids.ts';
import { QualityLevel } from '#shared/domain/money/prices.ts';
import { Sampler, Seed } from '#shared/domain/tasks/sampler.ts';
import { ChatMessage, PrivacyClass, taskLimits } from '#shared/domain/tasks/task.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

const TokenIds = z.array(z.int().min(0).max(4_294_967_295));

/** coordinator → node `task:offer`. Never carries the text; lapses after one second. */
export const TaskOffer = z.object({
  assignmentId: AssignmentId,
  type: TaskType,
  language: z.string().max(32),
  quality: QualityLevel,
  promptBytes: z.int().min(0),
  maxTokens: z.int().min(1),
  modelDigest: ModelDigest,
  /** Maximum reward for this node. */
  reward: CreditsText,
  deadlineMs: z.int(),
  privacy: PrivacyClass,
  /** True if the task belongs to this node's own account. */
  own: z.boolean(),
});
export type TaskOffer = z.infer<typeof TaskOffer>;

export const DeclineReason = z.enum([
  'paused',
  'busy',
  'model_not_ready',
  'too_long',
  'price',
  'deadline',
  'draining',
  'other',
]);
export type DeclineReason = z.infer<typeof DeclineReason>;

export const OfferReply = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('accept'), estimateMs: z.int().min(0).max(86_400_000) }),
  z.object({ answer: z.literal('decline'), reason: DeclineReason, detail: z.string().max(200).optional() }),
]);
export type OfferReply = z.infer<typeof OfferReply>;

/** coordinator → node `task:assign`; sent only to the node that won the offer. */
export const TaskAssign = z.object({
  assignmentId: AssignmentId,
  taskId: TaskId,
  type: TaskType,
  language: z.string().max(32),
  privacy: PrivacyClass,
  own: z.boolean(),
  /** Pseudonym of the requester. */
  requester: z.string().max(64),
  modelDigest: ModelDigest,
  input: z.discriminatedUnion('scheme', [
    /** First segment: the node builds the prompt ids with the model's own chat template. */
    z.object({
      scheme: z.literal('plain'),
      messages: z.array(ChatMessage).min(1).max(64),
      context: z.string().max(taskLimits.promptBytes),
    }),
    /** Continuation: exact ids of the prompt and of the answer so far. */
    z.object({ scheme: z.literal('continue'), promptIds: TokenIds.max(262_144), prefixIds: TokenIds.max(32_768) }),
  ]),
  sampler: Sampler,
  seed: Seed,
  deadlineMs: z.int(),
});
export type TaskAssign = z.infer<typeof TaskAssign>;

/** The reason why a node gives up an assignment before or during the run. */
export const GiveUpReason = z.enum(['prompt_too_long', 'model_failed', 'out_of_memory', 'internal']);
export type GiveUpReason = z.infer<typeof GiveUpReason>;

/** A signed piece of an assignment's answer. Its signature covers the chain and thus everything before it. */
export const Chunk = z.object({
  /** Index of its first id within this assignment. */
  from: z.int().min(0),
  ids: TokenIds.min(1).max(4096),
  text: z.string().max(65_536),
  /** Head of the chain after these ids. */
  chain: Bytes32,
  signature: Signature,
});
export type Chunk = z.infer<typeof Chunk>;

/** node → coordinator `task:progress`, at most every 50 ms. The first one carries the prompt's ids. */
export const TaskProgress = z.object({
  assignmentId: AssignmentId,
  promptIds: TokenIds.max(262_144).optional(),
  chunks: z.array(Chunk).min(1).max(256),
});
/** `stored` is the number of this assignment's ids that are stored; if it sent more, the node resends from there. */
export const ProgressReply = z.object({
  stored: z.int().min(0),
  state: z.enum(['running', 'superseded', 'cancelled', 'ended']),
});
export type ProgressReply = z.infer<typeof ProgressReply>;

/** The environment that produced a result (trust 4.1). */
export const Environment = z.object({
  lib: z.string().max(32),
  gpu: z.enum(['cpu', 'cuda', 'vulkan', 'metal']),
  flashAttention: z.boolean(),
  kv: z.enum(['F16', 'Q8_0']),
  cpu: z.string().max(120).nullable(),
});

/** node → coordinator `task:result`: the end of an assignment, resent from the outbox until acknowledged. */
export const TaskResult = z.object({
  assignmentId: AssignmentId,
  outcome: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('delivered'),
      finish: Finish,
      /** Number of ids that this assignment delivered; the signature of the last chunk covers them. */
      count: z.int().min(0),
    }),
    z.object({ kind: z.literal('gave_up'), reason: GiveUpReason, promptTokens: z.int().min(0).optional() }),
  ]),
  promptIds: TokenIds.max(262_144),
  modelDigest: ModelDigest,
  sampler: Sampler,
  seed: Seed,
  environment: Environment,
  /** Milliseconds measured by the node; informative only, payment never depends on them. */
  timings: z.object({ promptMs: z.number(), firstTokenMs: z.number().nullable(), totalMs: z.number() }),
});
export type TaskResult = z.infer<typeof TaskResult>;

export const ResultReply = z.discriminatedUnion('state', [
  /** Stored; the node may delete the texts and chunks. */
  z.object({ state: z.literal('accepted') }),
  /** Chunks are missing: resend from `stored`, then resend the result. */
  z.object({ state: z.literal('incomplete'), stored: z.int().min(0) }),
  z.object({ state: z.literal('rejected'), reason: z.string().max(300) }),
  z.object({ state: z.literal('superseded') }),
  z.object({ state: z.literal('cancelled') }),
]);
export type ResultReply = z.infer<typeof ResultReply>;

/** coordinator → node `task:stop`: end the run at the next token. */
export const TaskStop = z.object({
  assignmentId: AssignmentId,
  reason: z.enum(['cancelled', 'superseded', 'expired']),
});
