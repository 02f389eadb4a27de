import {
  type ReputationState,
  ReputationState as ReputationSchema,
  newReputation,
} from '#shared/domain/swarm/reputation.ts';
import { Rows } from '#coordinator/storage/commit/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { EnrolNode } from '#coordinator/books/commands/enrolNode.ts';
import type { AccountRecord, NodeRecord } from '#coordinator/books/records.ts';
import { type StoredNode, writeNode } from './writeNode.ts';

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
  readonly settled_count: number;
}

interface AccountRow {
  readonly account_id: string;
  readonly account_key: string;
  readonly roles: string;
  readonly created_at: number;
}

interface TokenRow {
  readonly jti: string;
  readonly accountId: string;
  readonly nodeId: string;
  readonly expires: number;
}

const mostRemembered = 20_000;

const insertAccount = 'INSERT INTO accounts (account_id, account_key, roles, created_at) VALUES (?, ?, ?, ?)';
const insertToken = `INSERT INTO tokens (jti, account_id, node_id, expires) VALUES (?, ?, ?, ?)
  ON CONFLICT (jti) DO NOTHING`;
const keepLastEvent = 'UPDATE nodes SET last_event = max(last_event, ?) WHERE node_id = ?';
const revokeToken = 'UPDATE tokens SET revoked = 1 WHERE jti = ?';

/** The tables `accounts`, `nodes` and `tokens`. */
export class NodeTable {
  readonly #unit: UnitOfWork;
  readonly #accounts: Rows<AccountRecord>;
  readonly #nodes: Rows<StoredNode>;
  /** Address prefixes of nodes that the group of commands which runs now brought. */
  readonly #newPrefixes: string[] = [];
  readonly #statements;

  constructor(database: SqliteDatabase, unit: UnitOfWork) {
    const statements = prepareNodeStatements(database);
    this.#unit = unit;
    this.#statements = statements;
    this.#accounts = new Rows(unit, {
      most: mostRemembered,
      read: (accountId) => accountOfRow(statements.account.get(accountId)),
      // An account never changes.
      write: (_, { accountId, accountKey, roles, createdAt }) =>
        unit.write(insertAccount, [accountId, accountKey, roles.join(' '), createdAt]),
    });
    this.#nodes = new Rows(unit, {
      most: mostRemembered,
      read: (nodeId) => nodeOfRow(statements.node.get(nodeId)),
      write: (_, after, before) => writeNode(unit, after, before),
    });
  }

  node(nodeId: string): NodeRecord | undefined {
    return this.#nodes.get(nodeId)?.record;
  }

  /** The name of a node that strangers see. */
  pseudonym(nodeId: string): string | null {
    return this.node(nodeId)?.pseudonym ?? null;
  }

  account(accountId: string): AccountRecord | undefined {
    return this.#accounts.get(accountId);
  }

  /** Makes an account; does nothing when it is there. */
  addAccount(account: { accountId: string; accountKey: string }, roles: readonly string[], now: number): void {
    if (this.#accounts.get(account.accountId) !== undefined) return;
    this.#accounts.set(account.accountId, { ...account, roles, createdAt: now });
  }

  /** Makes a node, or brings its name and address up to date; a revoked node stays revoked. */
  saveNode(node: EnrolNode['node'], accountId: string, now: number): void {
    const known = this.#nodes.get(node.nodeId);
    if (known === undefined) {
      const record = { ...node, accountId, enrolledAt: now, reputation: newReputation(now) };
      this.#nodes.set(node.nodeId, { record, settled: 0 });
      this.#newPrefixes.push(node.addressPrefix);
      this.#unit.undo(() => void this.#newPrefixes.pop());
      this.#unit.whenKept(() => void this.#newPrefixes.splice(0));
      return;
    }
    const { name, addressPrefix, hardwareFingerprint } = node;
    const status = known.record.status === 'revoked' ? 'revoked' : node.status;
    const record = { ...known.record, name, addressPrefix, hardwareFingerprint, status };
    this.#nodes.set(node.nodeId, { ...known, record });
  }

  reputation(nodeId: string): ReputationState | undefined {
    return this.node(nodeId)?.reputation;
  }

  saveReputation(nodeId: string, state: ReputationState): void {
    this.#nodes.change(nodeId, (node) => ({ ...node, record: { ...node.record, reputation: state } }));
  }

  /** Number of the node's next settled piece of work, from 1. */
  nextSettled(nodeId: string): number {
    this.#nodes.change(nodeId, (node) => ({ ...node, settled: node.settled + 1 }));
    return this.#nodes.get(nodeId)?.settled ?? 0;
  }

  /** Number of the last event that is stored for a node, or was; undefined when there is no such node. */
  lastEvent(nodeId: string): number | undefined {
    return this.#nodes.get(nodeId) === undefined ? undefined : (this.#statements.lastEvent.get(nodeId) ?? 0);
  }

  /** Keeps the number of the last event when the events themselves go. */
  keepLastEvent(nodeId: string, seq: number): void {
    this.#unit.write(keepLastEvent, [seq, nodeId]);
  }

  /** Nodes enrolled from one address prefix since `since`, inside a command with those that the group brought. */
  countEnrolments(addressPrefix: string, since: number): number {
    const brought = this.#newPrefixes.filter((prefix) => prefix === addressPrefix).length;
    return (this.#statements.countEnrolments.get(addressPrefix, since) ?? 0) + brought;
  }

  saveToken({ jti, accountId, nodeId, expires }: TokenRow): void {
    this.#unit.write(insertToken, [jti, accountId, nodeId, expires]);
  }

  /** False when there is no such token, or when it was revoked before. */
  revokeToken(jti: string): boolean {
    if (this.#statements.revocableToken.get(jti) === undefined) return false;
    this.#unit.write(revokeToken, [jti]);
    return true;
  }

  isTokenValid(jti: string, now: number): boolean {
    return this.#statements.validToken.get(jti, now) !== undefined;
  }
}

function prepareNodeStatements(database: SqliteDatabase) {
  return {
    node: database.prepare<[string], NodeRow>('SELECT * FROM nodes WHERE node_id = ?'),
    lastEvent: database
      .prepare<[string], number>(
        `SELECT max(last_event, coalesce((SELECT max(seq) FROM events WHERE events.node_id = nodes.node_id), 0))
         FROM nodes WHERE node_id = ?`,
      )
      .pluck(),
    account: database.prepare<[string], AccountRow>('SELECT * FROM accounts WHERE account_id = ?'),
    countEnrolments: database
      .prepare<[string, number], number>('SELECT count(*) FROM nodes WHERE address_prefix = ? AND enrolled_at >= ?')
      .pluck(),
    revocableToken: database.prepare<[string], number>('SELECT 1 FROM tokens WHERE jti = ? AND revoked = 0').pluck(),
    validToken: database
      .prepare<[string, number], number>('SELECT 1 FROM tokens WHERE jti = ? AND revoked = 0 AND expires > ?')
      .pluck(),
  };
}

function accountOfRow(row: AccountRow | undefined): AccountRecord | undefined {
  if (row === undefined) return undefined;
  const { account_id: accountId, account_key: accountKey, created_at: createdAt } = row;
  return { accountId, accountKey, createdAt, roles: row.roles.split(' ') };
}

function nodeOfRow(row: NodeRow | undefined): StoredNode | undefined {
  if (row === undefined) return undefined;
  const record: NodeRecord = {
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
  return { record, settled: row.settled_count };
}
