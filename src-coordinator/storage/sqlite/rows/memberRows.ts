import type { AccountRecord, NodeRecord, StoredNode, TokenRecord } from '#coordinator/books/records.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import { ReputationState as ReputationSchema } from '#shared/domain/swarm/reputation.ts';
import { type RowSource, writesNothing } from './RowSource.ts';
import { writeNode } from './writeNode.ts';

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
  readonly accountId: string;
  readonly nodeId: string;
  readonly expires: number;
  readonly revoked: number;
}

const most = { accounts: 20_000, nodes: 20_000, prefixes: 1000, tokens: 5000 } as const;
/** Enrolments of one address prefix that are counted. */
const mostEnrolments = 1000;

const insertAccount = 'INSERT INTO accounts (account_id, account_key, roles, created_at) VALUES (?, ?, ?, ?)';
const insertToken = 'INSERT INTO tokens (jti, account_id, node_id, expires, revoked) VALUES (?, ?, ?, ?, ?)';
const updateToken = 'UPDATE tokens SET revoked = ? WHERE jti = ?';

/** The table `accounts`. An account never changes. */
export function accountRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<AccountRecord> {
  const select = database.prepare<[string], AccountRow>('SELECT * FROM accounts WHERE account_id = ?');
  return {
    most: most.accounts,
    read: (accountId) => accountOfRow(select.get(accountId)),
    write: (accountId, after) => {
      if (after === undefined) return;
      unit.write(insertAccount, [accountId, after.accountKey, after.roles.join(' '), after.createdAt]);
    },
  };
}

/** The table `nodes`. */
export function nodeRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<StoredNode> {
  const select = database.prepare<[string], NodeRow>('SELECT * FROM nodes WHERE node_id = ?');
  return {
    most: most.nodes,
    read: (nodeId) => nodeOfRow(select.get(nodeId)),
    write: (_, after, before) => {
      if (after !== undefined) writeNode(unit, after, before);
    },
  };
}

/** When nodes of an address prefix were enrolled; written with the nodes. */
export function enrolmentRows(database: SqliteDatabase): RowSource<readonly number[]> {
  const select = database
    .prepare<[string, number], number>(
      'SELECT enrolled_at FROM nodes WHERE address_prefix = ? ORDER BY enrolled_at DESC LIMIT ?',
    )
    .pluck();
  return {
    most: most.prefixes,
    read: (prefix) => select.all(prefix, mostEnrolments),
    write: writesNothing,
  };
}

/** The table `tokens`. */
export function tokenRows(database: SqliteDatabase, unit: UnitOfWork): RowSource<TokenRecord> {
  const select = database.prepare<[string], TokenRow>(
    'SELECT account_id AS accountId, node_id AS nodeId, expires, revoked FROM tokens WHERE jti = ?',
  );
  return {
    most: most.tokens,
    read: (jti) => {
      const row = select.get(jti);
      return row === undefined ? undefined : { ...row, revoked: row.revoked === 1 };
    },
    write: (jti, after, before) => {
      if (after === undefined) return;
      const { accountId, nodeId, expires, revoked } = after;
      if (before === undefined) unit.write(insertToken, [jti, accountId, nodeId, expires, Number(revoked)]);
      else unit.write(updateToken, [Number(revoked), jti]);
    },
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
