import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { NodeRecord, StoredNode } from '#coordinator/books/records.ts';

const insert = `INSERT INTO nodes (settled_count, reputation, name, address_prefix, hardware_fingerprint,
    status, node_id, account_id, node_key, pseudonym, enrolled_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const updateWork = 'UPDATE nodes SET settled_count = ?, reputation = ? WHERE node_id = ?';
const updateAll = `UPDATE nodes SET settled_count = ?, reputation = ?, name = ?, address_prefix = ?,
    hardware_fingerprint = ?, status = ? WHERE node_id = ?`;

/** Notes the write of a new or changed node, of as few columns as did change. */
export function writeNode(unit: UnitOfWork, after: StoredNode, before: StoredNode | undefined): void {
  const { record, settled } = after;
  const { nodeId, reputation } = record;
  const work = [settled, JSON.stringify(reputation)];
  if (before !== undefined && isSameNode(before.record, record)) {
    unit.write(updateWork, [...work, nodeId]);
    return;
  }
  const { name, addressPrefix, hardwareFingerprint, status, accountId, nodeKey, pseudonym, enrolledAt } = record;
  const all = [...work, name, addressPrefix, hardwareFingerprint, status, nodeId];
  if (before === undefined) unit.write(insert, [...all, accountId, nodeKey, pseudonym, enrolledAt]);
  else unit.write(updateAll, all);
}

function isSameNode(before: NodeRecord, after: NodeRecord): boolean {
  return (
    before.name === after.name &&
    before.addressPrefix === after.addressPrefix &&
    before.hardwareFingerprint === after.hardwareFingerprint &&
    before.status === after.status
  );
}
