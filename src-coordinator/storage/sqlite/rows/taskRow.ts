import type { BillStatus, Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityLevel, SizeClass } from '#shared/domain/money/prices.ts';
import { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import type { TaskStatus } from '#shared/domain/tasks/task.ts';
import { readJson } from '#coordinator/storage/sqlite/json.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';

/** A row of `tasks` as SQLite gives it, whole numbers as bigint. */
export interface TaskRow {
  readonly task_id: string;
  readonly account_id: string;
  readonly requester_node_id: string | null;
  readonly body_hash: string;
  readonly status: TaskStatus;
  readonly bill_status: BillStatus;
  readonly welcome: bigint;
  readonly only_node_id: string | null;
  readonly type: TaskRecord['type'];
  readonly language: string;
  readonly privacy: TaskRecord['privacy'];
  readonly audience: TaskRecord['audience'];
  readonly priority: TaskRecord['priority'];
  readonly prompt_bytes: bigint;
  readonly max_tokens: bigint;
  readonly model: string | null;
  readonly tariff_quality: QualityLevel;
  readonly demand_per_mille: bigint;
  readonly price_version: bigint;
  readonly largest_size: SizeClass;
  readonly highest_level: ReputationLevel;
  readonly parents: string;
  readonly hold: bigint;
  readonly cost: bigint;
  readonly fee: bigint;
  readonly attempt: bigint;
  readonly failures: bigint;
  readonly assignments: bigint;
  readonly finish: Finish | null;
  readonly partial: bigint;
  readonly quality: string | null;
  readonly reason: string | null;
  readonly created_at: number;
  readonly expires_at: number;
  readonly unblocked_at: number | null;
  readonly assigned_at: number | null;
  readonly first_token_at: number | null;
  readonly finished_at: number | null;
}

/** The record of a row; its text is read apart. */
export function taskOfRow(row: TaskRow): TaskRecord {
  return {
    taskId: row.task_id,
    accountId: row.account_id,
    requesterNodeId: row.requester_node_id,
    bodyHash: row.body_hash,
    status: row.status,
    billStatus: row.bill_status,
    welcome: row.welcome === 1n,
    onlyNodeId: row.only_node_id,
    submission: null,
    type: row.type,
    language: row.language,
    privacy: row.privacy,
    audience: row.audience,
    priority: row.priority,
    promptBytes: Number(row.prompt_bytes),
    maxTokens: Number(row.max_tokens),
    model: row.model,
    tariffQuality: row.tariff_quality,
    demandPerMille: row.demand_per_mille,
    priceVersion: Number(row.price_version),
    largestSize: row.largest_size,
    highestLevel: row.highest_level,
    hold: row.hold,
    cost: row.cost,
    fee: row.fee,
    attempt: Number(row.attempt),
    failures: Number(row.failures),
    assignments: Number(row.assignments),
    finish: row.finish,
    partial: row.partial === 1n,
    quality: readJson(QualityRecord, row.quality),
    reason: row.reason,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    unblockedAt: row.unblocked_at,
    assignedAt: row.assigned_at,
    firstTokenAt: row.first_token_at,
    finishedAt: row.finished_at,
    parents: row.parents === '' ? [] : row.parents.split(' '),
  };
}
