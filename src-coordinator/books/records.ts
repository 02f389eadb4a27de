import type {
  AssignmentKind,
  AssignmentStatus,
  BillStatus,
  Finish,
  RewardStatus,
} from '#shared/domain/tasks/assignment.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { ModelShape } from '#shared/domain/models/model.ts';
import type { Tariff } from '#shared/domain/money/prices.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import type { ReputationState } from '#shared/domain/swarm/reputation.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { Submission, TaskStatus } from '#shared/domain/tasks/task.ts';
import type { z } from 'zod';
import type { UserPart } from './money/accountNames.ts';
import type { Total } from './money/entry.ts';

/** A person's or organisation's account in this swarm. */
export interface AccountRecord {
  readonly accountId: string;
  readonly accountKey: string;
  readonly createdAt: number;
  readonly roles: readonly string[];
}

/** An enrolled installation. */
export interface NodeRecord {
  readonly nodeId: string;
  readonly accountId: string;
  readonly nodeKey: string;
  readonly name: string;
  /** Pseudonym shown to other accounts, like `brisk-otter-41`; derived from the id. */
  readonly pseudonym: string;
  /** /24 (IPv4) or /48 (IPv6) prefix of the address it enrolled from; '' on loopback. */
  readonly addressPrefix: string;
  readonly hardwareFingerprint: string;
  readonly status: 'approved' | 'pending' | 'rejected' | 'revoked';
  readonly enrolledAt: number;
  readonly reputation: ReputationState;
}

/** A task as stored. Texts live in their own table and may be gone (`submission` null). */
export interface TaskRecord {
  readonly taskId: string;
  readonly accountId: string;
  /** Node that submitted it and gets its events; null for the coordinator's own welcome tasks. */
  readonly requesterNodeId: string | null;
  /** SHA-256 of the canonical submission: the same id with a different body is refused. */
  readonly bodyHash: string;
  readonly status: TaskStatus;
  readonly billStatus: BillStatus;
  /** True for the coordinator's welcome task, paid from `incentives`, outside reputation. */
  readonly welcome: boolean;
  /** For a welcome task: the only node that may take it. */
  readonly onlyNodeId: string | null;
  readonly submission: Submission | null;
  /** From here on: what matching needs, stored apart from the text. */
  readonly type: Submission['type'];
  readonly language: string;
  readonly privacy: Submission['privacy'];
  readonly audience: Submission['audience'];
  readonly priority: Submission['priority'];
  readonly promptBytes: number;
  readonly maxTokens: number;
  readonly model: string | null;
  readonly tariffQuality: Tariff['quality'];
  readonly demandPerMille: bigint;
  readonly priceVersion: number;
  /** Largest model size that the hold covers; nodes with larger models are excluded. */
  readonly largestSize: Tariff['sizeClass'];
  /** Highest level of a node that the budget covers. */
  readonly highestLevel: ReputationLevel;
  readonly hold: MicroCredits;
  readonly cost: MicroCredits;
  readonly fee: MicroCredits;
  /** Increases when an answer starts over. */
  readonly attempt: number;
  readonly failures: number;
  readonly assignments: number;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When the last parent completed; null when it had none. The deadline counts from this time. */
  readonly unblockedAt: number | null;
  readonly assignedAt: number | null;
  readonly firstTokenAt: number | null;
  readonly finishedAt: number | null;
  readonly parents: readonly string[];
}

/** A task as its requester submits it, with its price. */
export type NewTask = Omit<
  TaskRecord,
  | 'status'
  | 'billStatus'
  | 'cost'
  | 'fee'
  | 'attempt'
  | 'failures'
  | 'assignments'
  | 'finish'
  | 'partial'
  | 'quality'
  | 'reason'
  | 'unblockedAt'
  | 'assignedAt'
  | 'firstTokenAt'
  | 'finishedAt'
  | 'submission'
> & { readonly submission: NonNullable<TaskRecord['submission']> };

/** One node's part in a task; ids and texts of its chunks are read separately. */
export interface AssignmentRecord {
  readonly assignmentId: string;
  readonly taskId: string;
  readonly kind: AssignmentKind;
  readonly attempt: number;
  readonly nodeId: string;
  readonly accountId: string;
  readonly status: AssignmentStatus;
  readonly modelDigest: string;
  readonly modelName: string;
  readonly sizeClass: Tariff['sizeClass'];
  /** The model's shape, against which answers are checked; null in rows from before it was stored. */
  readonly shape: ModelShape | null;
  /** Level of the node when it was assigned; its reward is multiplied by it. */
  readonly level: ReputationLevel;
  /** Index in the whole answer at which this segment begins. */
  readonly startIndex: number;
  readonly sampler: z.infer<typeof Sampler>;
  readonly seed: number;
  /** Number of ids stored so far; then the head of the chain and the signature of the last chunk. */
  readonly stored: number;
  readonly chain: string | null;
  readonly lastSignature: string | null;
  readonly finish: Finish | null;
  /** Why it was not accepted or ended early; null otherwise. */
  readonly reason: string | null;
  /** Whether its part of the answer was accepted; null before it was judged. */
  readonly accepted: boolean | null;
  readonly estimateMs: number;
  readonly assignedAt: number;
  readonly endedAt: number | null;
  readonly reward: MicroCredits;
}

/** An assignment with the state of its reward. */
export interface StoredAssignment extends AssignmentRecord {
  /** `number` counts its node's settled pieces of work; null before there is a reward. */
  readonly settled: { readonly status: RewardStatus; readonly at: number; readonly number: number } | null;
}

/** A node with its counter. */
export interface StoredNode {
  readonly record: NodeRecord;
  /** Settled pieces of work so far. */
  readonly settled: number;
}

/** An access token of the REST interface; `expires` in UTC milliseconds. */
export interface TokenRecord {
  readonly accountId: string;
  readonly nodeId: string;
  readonly expires: number;
  readonly revoked: boolean;
}

/** Counts of a node's ended assignments up to its last one without a token. */
export interface EmptyEnds {
  readonly of: number;
  readonly empty: number;
  /** When the last one without a token ended; null when there was none. */
  readonly lastAt: number | null;
}

/** The stored answer of one assignment. */
export interface SegmentText {
  readonly assignmentId: string;
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
  readonly text: string;
}

/** One line of the hash-chained audit log: ids and outcomes only, never texts. */
export interface AuditLine {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
}

/** A balance or total of an account. */
export type Column = UserPart | Total;

/** Every balance and total of one account, in micro-credits. */
export type UserBalances = Readonly<Record<Column, MicroCredits>>;
