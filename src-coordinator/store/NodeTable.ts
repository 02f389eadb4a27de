import { type ReputationState, ReputationState as ReputationSchema, newReputation } from '#shared/domain/reputation.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { EnrolNode } from './CoordinatorStore.ts';
import type { AccountRecord, NodeRecord } from './records.ts';
import { RowCache } from './RowCache.ts';

interface NodeRow {
  readonly node_id: string;
  readonly account_id: string;
  readonly node_key: string;
  readonly name: string;
  readonly pseudonym: string;
  readonly address_prefix: string;
  readonly hardware_fingerprint: string;
  readonly status: NodeRecord['status'];
  readonly enrolled_at: number;
  readonly reputation: string;
}

interface AccountRow {
  readonly account_id: string;
  readonly account_key: string;
  readonly roles: string;
  readonly created_at: number;
}

const mostRemembered = 20_000;

/** The tables `accounts`, `nodes` and `tokens`. */
export class NodeTable {
  readonly remembered: RowCache<NodeRecord>;
  readonly accountsRemembered: RowCache<true>;
  readonly #statements;

  constructor(database: SqliteDatabase) {
    this.remembered = new RowCache(mostRemembered, () => database.inTransaction);
    this.accountsRemembered = new RowCache(mostRemembered, () => database.inTransaction);
    this.#statements = prepareNodeStatements(database);
  }

  node(nodeId: string): NodeRecord | undefined {
    const known = this.remembered.get(nodeId);
    if (known !== undefined) return known;
    const row = this.#statements.node.get(nodeId);
    if (row === undefined) return undefined;
    const node = nodeOfRow(row);
    this.remembered.set(nodeId, node);
    return node;
  }

  /** The name of a node that strangers see. */
  pseudonym(nodeId: string): string | null {
    return this.node(nodeId)?.pseudonym ?? null;
  }

  /** Whose a node is and whether it is admitted: what is asked most often. */
  standing(nodeId: string): { accountId: string; status: NodeRecord['status'] } | undefined {
    return this.node(nodeId);
  }

  hasAccount(accountId: string): boolean {
    if (this.accountsRemembered.get(accountId) === true) return true;
    const isThere = this.#statements.hasAccount.get(accountId) !== undefined;
    if (isThere) this.accountsRemembered.set(accountId, true);
    return isThere;
  }

  account(accountId: string): AccountRecord | undefined {
    const row = this.#statements.account.get(accountId);
    if (row === undefined) return undefined;
    return {
      accountId: row.account_id,
      accountKey: row.account_key,
      createdAt: row.created_at,
      roles: row.roles.split(' '),
    };
  }

  /** Makes an account; does nothing when it is there. */
  addAccount(account: { accountId: string; accountKey: string }, roles: readonly string[], now: number): void {
    this.#statements.addAccount.run(account.accountId, account.accountKey, roles.join(' '), now);
  }

  /** Makes a node, or brings its name and address up to date; a revoked node stays revoked. */
  saveNode(node: EnrolNode['node'], accountId: string, now: number): void {
    this.#statements.saveNode.run({
      ...node,
      accountId,
      now,
      reputation: JSON.stringify(newReputation(now)),
    });
    this.remembered.drop(node.nodeId);
  }

  reputation(nodeId: string): ReputationState | undefined {
    return this.node(nodeId)?.reputation;
  }

  saveReputation(nodeId: string, state: ReputationState): void {
    this.#statements.saveReputation.run(JSON.stringify(state), nodeId);
    this.remembered.change(nodeId, (node) => ({ ...node, reputation: state }));
  }

  /** Number of the node's next settled piece of work, from 1. */
  nextSettled(nodeId: string): number {
    return this.#statements.nextSettled.get(nodeId) ?? 0;
  }

  /** Number of the last event that the node was told; undefined when there is no such node. */
  lastEvent(nodeId: string): number | undefined {
    return this.#statements.lastEvent.get(nodeId);
  }

  saveLastEvent(nodeId: string, seq: number): void {
    this.#statements.saveLastEvent.run(seq, nodeId);
  }

  countEnrolments(addressPrefix: string, since: number): number {
    return this.#statements.countEnrolments.get(addressPrefix, since) ?? 0;
  }

  saveToken(token: { jti: string; accountId: string; nodeId: string; expires: number }): void {
    this.#statements.saveToken.run(token);
  }

  revokeToken(jti: string): boolean {
    return this.#statements.revokeToken.run(jti).changes === 1;
  }

  isTokenValid(jti: string, now: number): boolean {
    return this.#statements.validToken.get(jti, now) !== undefined;
  }
}

function prepareNodeStatements(database: SqliteDatabase) {
  return {
    node: database.prepare<[string], NodeRow>('SELECT * FROM nodes WHERE node_id = ?'),
    hasAccount: database.prepare<[string], number>('SELECT 1 FROM accounts WHERE account_id = ?').pluck(),
    account: database.prepare<[string], AccountRow>('SELECT * FROM accounts WHERE account_id = ?'),
    addAccount: database.prepare(
      'INSERT OR IGNORE INTO accounts (account_id, account_key, roles, created_at) VALUES (?, ?, ?, ?)',
    ),
    saveNode: database.prepare(
      `INSERT INTO nodes (node_id, account_id, node_key, name, pseudonym, address_prefix, hardware_fingerprint, status,
         enrolled_at, reputation)
       VALUES (:nodeId, :accountId, :nodeKey, :name, :pseudonym, :addressPrefix, :hardwareFingerprint, :status,
         :now, :reputation)
       ON CONFLICT (node_id) DO UPDATE SET name = excluded.name, address_prefix = excluded.address_prefix,
         hardware_fingerprint = excluded.hardware_fingerprint,
         status = CASE nodes.status WHEN 'revoked' THEN 'revoked' ELSE excluded.status END`,
    ),
    saveReputation: database.prepare('UPDATE nodes SET reputation = ? WHERE node_id = ?'),
    nextSettled: database
      .prepare<[string], number>(
        'UPDATE nodes SET settled_count = settled_count + 1 WHERE node_id = ? RETURNING settled_count',
      )
      .pluck(),
    lastEvent: database.prepare<[string], number>('SELECT last_event FROM nodes WHERE node_id = ?').pluck(),
    saveLastEvent: database.prepare('UPDATE nodes SET last_event = ? WHERE node_id = ?'),
    countEnrolments: database
      .prepare<[string, number], number>('SELECT count(*) FROM nodes WHERE address_prefix = ? AND enrolled_at >= ?')
      .pluck(),
    saveToken: database.prepare(
      `INSERT INTO tokens (jti, account_id, node_id, expires) VALUES (:jti, :accountId, :nodeId, :expires)
       ON CONFLICT (jti) DO NOTHING`,
    ),
    revokeToken: database.prepare('UPDATE tokens SET revoked = 1 WHERE jti = ? AND revoked = 0'),
    validToken: database
      .prepare<[string, number], number>('SELECT 1 FROM tokens WHERE jti = ? AND revoked = 0 AND expires > ?')
      .pluck(),
  };
}

function nodeOfRow(row: NodeRow): NodeRecord {
  return {
    nodeId: row.node_id,
    accountId: row.account_id,
    nodeKey: row.node_key,
    name: row.name,
    pseudonym: row.pseudonym,
    addressPrefix: row.address_prefix,
    hardwareFingerprint: row.hardware_fingerprint,
    status: row.status,
    enrolledAt: row.enrolled_at,
    reputation: ReputationSchema.parse(JSON.parse(row.reputation)),
  };
}
