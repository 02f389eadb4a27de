import type { UnitOfWork } from '#coordinator/commit/UnitOfWork.ts';
import type { NodeRecord } from './records.ts';

/** A node with its counters. */
export interface StoredNode {
  readonly record: NodeRecord;
  /** Settled pieces of work so far. */
  readonly settled: number;
  /** Number of the last event that it was told. */
  readonly lastEvent: number;
}

const insert = `INSERT INTO nodes (last_event, settled_count, reputation, name, address_prefix, hardware_fingerprint,
    status, node_id, account_id, node_key, pseudonym, enrolled_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const updateEvent = 'UPDATE nodes SET last_event = ? WHERE node_id = ?';
const updateWork = 'UPDATE nodes SET last_event = ?, settled_count = ?, reputation = ? WHERE node_id = ?';
const updateAll = `UPDATE nodes SET last_event = ?, settled_count = ?, reputation = ?, name = ?, address_prefix = ?,
    hardware_fingerprint = ?, status = ? WHERE node_id = ?`;

/** Notes the write of a new or changed node, of as few columns as did change. */
export function writeNode(unit: UnitOfWork, after: StoredNode, before: StoredNode | undefined): void {
  const { record, settled, lastEvent } = after;
  const { nodeId, reputation } = record;
  if (before?.record === record && before.settled === settled) {
    unit.write(updateEvent, [lastEvent, nodeId]);
    return;
  }
  const work = [lastEvent, settled, JSON.stringify(reputation)];
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
