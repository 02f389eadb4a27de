import { z } from 'zod';
import { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { AccountId, AssignmentId, Bytes32, NodeId, Signature, TaskId } from '#shared/domain/ids.ts';
import { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Reputation, ReputationState } from '#shared/domain/swarm/reputation.ts';
import { StreamName } from './streams.ts';
import { TaskView } from '#shared/domain/tasks/taskView.ts';

/**
 * Proof that the coordinator wrote an entry: the entry's hash is a leaf of the Merkle tree of its commit, whose root
 * the coordinator signed (`receipts`) over `{swarmId, chain, commit, root, entries}`, without `chain` where it is null.
 */
export const Receipt = z.object({
  /** Hash chain of the journal that the entry belongs to; null where the signed root names none. */
  chain: z.int().min(0).nullable().default(null),
  commit: z.int(),
  entryHash: Bytes32,
  /** Siblings from leaf to root, with the side they stand on. */
  path: z.array(z.object({ side: z.enum(['left', 'right']), hash: Bytes32 })).max(32),
  root: Bytes32,
  entries: z.int(),
  signature: Signature,
});
export type Receipt = z.infer<typeof Receipt>;

/** The earnings of a node from one assignment. */
export const Earning = z.object({
  taskId: TaskId,
  assignmentId: AssignmentId,
  accepted: z.boolean(),
  reason: z.string().max(300).nullable(),
  outputTokens: z.int(),
  credits: CreditsText,
  welcome: z.boolean(),
  quality: QualityRecord.nullable(),
});

/** Durable events; kept until acknowledged. */
export const SwarmEvent = z.discriminatedUnion('type', [
  /** A task of the receiving node changed its state. */
  z.object({ type: z.literal('task:updated'), task: TaskView }),
  /** A task of the receiving node ended; `text` is the whole answer. */
  z.object({ type: z.literal('task:completed'), task: TaskView, text: z.string() }),
  z.object({ type: z.literal('earnings:credited'), earning: Earning }),
  z.object({ type: z.literal('ledger:entry'), entry: EntryForAccount, receipt: Receipt, balances: Balances }),
  z.object({ type: z.literal('reputation:updated'), reputation: Reputation, state: ReputationState }),
  z.object({ type: z.literal('system:announcement'), level: z.enum(['info', 'warning']), text: z.string().max(1000) }),
]);
export type SwarmEvent = z.infer<typeof SwarmEvent>;

/**
 * coordinator → node `events`: the next events of one stream, in order. Numbers increase and may have gaps; a receiver that
 * has not stored everything up to `after` has missed a batch.
 */
export const EventBatch = z.object({
  stream: StreamName,
  /** Number of the event before the first one in this batch; 0 if there is none. */
  after: z.int().min(0),
  events: z
    .array(z.object({ seq: z.int().min(1), at: z.number(), event: SwarmEvent }))
    .min(1)
    .max(100),
});
export type EventBatch = z.infer<typeof EventBatch>;
/** Number of the last event of that stream which the receiver has stored. */
export const EventBatchReply = z.object({ cursor: z.int().min(0) });

/** node → coordinator `account:read`: balances and reputation of the own account and node. */
export const AccountRead = z.object({});
export const AccountView = z.object({
  accountId: AccountId,
  nodeId: NodeId,
  balances: Balances,
  reputation: Reputation,
  reputationState: ReputationState,
});
export type AccountView = z.infer<typeof AccountView>;

/** node → coordinator `ledger:read`: the account's entries after number `after`, oldest first. */
export const LedgerRead = z.object({ after: z.int().min(0), limit: z.int().min(1).max(500).default(200) });
export const LedgerPage = z.object({ entries: z.array(EntryForAccount), more: z.boolean() });
