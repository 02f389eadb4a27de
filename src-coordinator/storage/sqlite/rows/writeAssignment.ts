import type { SqlValue, UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { writeJson } from '#coordinator/storage/sqlite/json.ts';
import type { StoredAssignment } from '#coordinator/books/records.ts';

const insert = `INSERT INTO assignments (status, finish, reason, accepted, ended_at, reward, reward_status, settled_at,
    settled_number, stored, chain, last_signature, assignment_id, task_id, kind, attempt, node_id, account_id,
    model_digest, model_name, size_class, shape, level, start_index, sampler, seed, estimate_ms, assigned_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const updateStored = 'UPDATE assignments SET stored = ?, chain = ?, last_signature = ? WHERE assignment_id = ?';
const updateEnd = `UPDATE assignments SET status = ?, finish = ?, reason = ?, accepted = ?, ended_at = ?, reward = ?,
    reward_status = ?, settled_at = ?, settled_number = ?, stored = ?, chain = ?, last_signature = ?
  WHERE assignment_id = ?`;

/** Notes the write of a new or changed assignment. */
export function writeAssignment(unit: UnitOfWork, after: StoredAssignment, before: StoredAssignment | undefined): void {
  const { assignmentId, stored, chain, lastSignature } = after;
  const progress: SqlValue[] = [stored, chain, lastSignature, assignmentId];
  if (before === undefined) unit.write(insert, [...endOf(after), ...progress, ...fixedOf(after)]);
  else if (isSameEnd(before, after)) unit.write(updateStored, progress);
  else unit.write(updateEnd, [...endOf(after), ...progress]);
}

function endOf({ status, finish, reason, accepted, endedAt, reward, settled }: StoredAssignment): SqlValue[] {
  const judged = accepted === null ? null : Number(accepted);
  const place = [settled?.status ?? null, settled?.at ?? null, settled?.number ?? null];
  return [status, finish, reason, judged, endedAt, reward, ...place];
}

function isSameEnd(before: StoredAssignment, after: StoredAssignment): boolean {
  const { status, finish, accepted, endedAt, reason, settled } = before;
  return (
    status === after.status &&
    finish === after.finish &&
    accepted === after.accepted &&
    endedAt === after.endedAt &&
    reason === after.reason &&
    settled === after.settled
  );
}

function fixedOf(assignment: StoredAssignment): SqlValue[] {
  const { taskId, kind, attempt, nodeId, accountId, modelDigest, modelName, sizeClass, shape } = assignment;
  const { level, startIndex, sampler, seed, estimateMs, assignedAt } = assignment;
  const work = [taskId, kind, attempt, nodeId, accountId, modelDigest, modelName, sizeClass, writeJson(shape)];
  return [...work, level, startIndex, JSON.stringify(sampler), seed, estimateMs, assignedAt];
}
