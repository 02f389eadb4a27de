import { z } from 'zod';
import { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import { AccountId, AssignmentId, ModelDigest, NodeId, TaskId } from '#shared/domain/ids.ts';
import { NodeStatus } from '#shared/domain/swarm/nodeStatus.ts';
import { Reputation, ReputationState } from '#shared/domain/swarm/reputation.ts';
import { NewSubmission } from '#shared/domain/tasks/task.ts';
import { TaskView } from '#shared/domain/tasks/taskView.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { Scope } from '#coordinator/members/scopes.ts';
import { PageMark } from './pageMark.ts';

// Bodies and replies of the REST interface that are not messages of the socket.

/** GET /v1/auth/verify: the bearer of the token. */
export const TokenView = z.object({
  accountId: AccountId,
  nodeId: NodeId,
  scopes: z.array(Scope),
  /** UTC milliseconds. */
  expires: z.number(),
  /** A new token once two thirds of this one's validity have passed; the old one stays valid until it expires. */
  renewed: z.object({ token: z.string(), expires: z.number() }).nullable(),
});

const ModelOnNode = z.object({
  digest: ModelDigest,
  name: z.string(),
  types: z.array(TaskType),
  slots: z.int(),
  freeSlots: z.int(),
  tokensPerSecond: z.number().nullable(),
});

/** The public facts of a node. */
export const NodeView = z.object({
  nodeId: NodeId,
  pseudonym: z.string(),
  /** The name that its owner gave it; null for other accounts. */
  name: z.string().nullable(),
  own: z.boolean(),
  status: NodeStatus,
  reputation: Reputation,
  models: z.array(ModelOnNode),
  enrolledAt: z.number(),
});

export const NodeList = z.object({ nodes: z.array(NodeView), online: z.int() });

/** The settings of the bearer's node. */
export const NodeConfig = z.object({
  nodeId: NodeId,
  accountId: AccountId,
  name: z.string(),
  status: NodeStatus,
  minimumPrice: CreditsText,
  region: z.string().nullable(),
  /** The computer as the node reported it; null while it is not connected. */
  computer: ComputerSummary.nullable(),
  models: z.array(ModelOnNode),
});

export const Earnings = z.object({ balances: Balances, entries: z.array(EntryForAccount), more: z.boolean() });

/** Assignments that a node ended or is running. */
export const Contributions = z.object({
  nodeId: NodeId,
  onTime: z.int(),
  late: z.int(),
  failed: z.int(),
  running: z.array(AssignmentId),
});

export const ReputationView = z.object({ nodeId: NodeId, reputation: Reputation, state: ReputationState });

export const NodeHistory = z.object({ entries: z.array(EntryForAccount), more: z.boolean() });

export const NodeMetrics = z.object({
  nodeId: NodeId,
  connectedAt: z.number().nullable(),
  lastSeenMsAgo: z.number().nullable(),
  running: z.int(),
  models: z.array(ModelOnNode),
});

/** POST /v1/tasks. Without an id the coordinator creates one; repeating a request with the same id is safe. */
export const TaskPost = z.object({ taskId: TaskId.optional(), submission: NewSubmission });

export const TaskList = z.object({
  tasks: z.array(TaskView),
  /** Value of `before` for the next page; null on the last page. */
  before: PageMark.nullable(),
});

export const TaskResults = z.object({
  task: TaskView,
  result: z.object({ kind: z.literal('text'), text: z.string() }),
});

export const Models = z.object({
  models: z.array(CatalogueEntry.extend({ nodesWithFreeSlots: z.int() })),
});

export const Prices = z.object({
  version: z.int(),
  /** Credits per 1,000 output tokens by size class of the model. */
  basePer1000: z.record(z.string(), CreditsText),
  /** Price of an output token divided by the price of a prompt token. */
  promptShare: z.int(),
  qualityPercent: z.record(z.string(), z.int()),
  levelTenths: z.record(z.string(), z.int()),
  feePercent: z.int(),
  demand: z.number(),
});

export const Done = z.object({ done: z.literal(true) });
