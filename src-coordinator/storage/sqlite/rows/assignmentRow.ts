import type { AssignmentRecord, StoredAssignment } from '#coordinator/books/records.ts';
import { readJson } from '#coordinator/storage/sqlite/json.ts';
import { ModelShape } from '#shared/domain/models/model.ts';
import type { SizeClass } from '#shared/domain/money/prices.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import type { AssignmentStatus, Finish, RewardStatus } from '#shared/domain/tasks/assignment.ts';
import { Sampler } from '#shared/domain/tasks/sampler.ts';

/** A row of `assignments` as SQLite gives it, whole numbers as bigint. */
export interface AssignmentRow {
  readonly assignment_id: string;
  readonly task_id: string;
  readonly kind: AssignmentRecord['kind'];
  readonly attempt: bigint;
  readonly node_id: string;
  readonly account_id: string;
  readonly status: AssignmentStatus;
  readonly model_digest: string;
  readonly model_name: string;
  readonly size_class: SizeClass;
  readonly shape: string | null;
  readonly level: ReputationLevel;
  readonly start_index: bigint;
  readonly sampler: string;
  readonly seed: bigint;
  readonly stored: bigint;
  readonly chain: string | null;
  readonly last_signature: string | null;
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly accepted: bigint | null;
  readonly estimate_ms: number;
  readonly assigned_at: number;
  readonly ended_at: number | null;
  readonly reward: bigint;
  readonly reward_status: RewardStatus | null;
  readonly settled_at: number | null;
  readonly settled_number: bigint | null;
}

/** The record of a row. */
export function assignmentOfRow(row: AssignmentRow): StoredAssignment {
  return {
    assignmentId: row.assignment_id,
    taskId: row.task_id,
    kind: row.kind,
    attempt: Number(row.attempt),
    nodeId: row.node_id,
    accountId: row.account_id,
    status: row.status,
    modelDigest: row.model_digest,
    modelName: row.model_name,
    sizeClass: row.size_class,
    shape: readJson(ModelShape, row.shape),
    level: row.level,
    startIndex: Number(row.start_index),
    sampler: Sampler.parse(JSON.parse(row.sampler)),
    seed: Number(row.seed),
    stored: Number(row.stored),
    chain: row.chain,
    lastSignature: row.last_signature,
    finish: row.finish,
    reason: row.reason,
    accepted: row.accepted === null ? null : row.accepted === 1n,
    estimateMs: row.estimate_ms,
    assignedAt: row.assigned_at,
    endedAt: row.ended_at,
    reward: row.reward,
    settled:
      row.reward_status === null
        ? null
        : { status: row.reward_status, at: row.settled_at ?? 0, number: Number(row.settled_number ?? 0n) },
  };
}
