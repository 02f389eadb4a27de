import type { Rows } from '#coordinator/books/Rows.ts';
import type { AccountRecord, NodeRecord } from '#coordinator/books/records.ts';
import { type ReputationState, newReputation } from '#shared/domain/swarm/reputation.ts';

/** Facts about a node from its enrolment. */
export type NodeFacts = Pick<
  NodeRecord,
  'nodeId' | 'nodeKey' | 'name' | 'pseudonym' | 'addressPrefix' | 'hardwareFingerprint' | 'status'
>;

/** Accounts, nodes and tokens. */
export class Nodes {
  readonly #rows: Pick<Rows, 'accounts' | 'nodes' | 'enrolments' | 'tokens'>;

  constructor(rows: Pick<Rows, 'accounts' | 'nodes' | 'enrolments' | 'tokens'>) {
    this.#rows = rows;
  }

  get(nodeId: string): NodeRecord | undefined {
    return this.#rows.nodes.get(nodeId)?.record;
  }

  /** The name of a node that other accounts see. */
  pseudonym(nodeId: string): string | null {
    return this.get(nodeId)?.pseudonym ?? null;
  }

  account(accountId: string): AccountRecord | undefined {
    return this.#rows.accounts.get(accountId);
  }

  /** Creates an account; does nothing if it exists. */
  addAccount(account: { accountId: string; accountKey: string }, roles: readonly string[], now: number): void {
    if (this.account(account.accountId) !== undefined) return;
    this.#rows.accounts.insert(account.accountId, { ...account, roles, createdAt: now });
  }

  /** Creates a node or updates its name and address; a revoked node stays revoked. */
  save(node: NodeFacts, accountId: string, now: number): void {
    const { nodes, enrolments } = this.#rows;
    const known = nodes.get(node.nodeId);
    if (known === undefined) {
      const record = { ...node, accountId, enrolledAt: now, reputation: newReputation(now) };
      nodes.insert(node.nodeId, { record, settled: 0 });
      enrolments.set(node.addressPrefix, [now, ...(enrolments.get(node.addressPrefix) ?? [])]);
      return;
    }
    const { name, addressPrefix, hardwareFingerprint } = node;
    const status = known.record.status === 'revoked' ? 'revoked' : node.status;
    const record = { ...known.record, name, addressPrefix, hardwareFingerprint, status };
    nodes.set(node.nodeId, { ...known, record });
  }

  saveReputation(nodeId: string, reputation: ReputationState): void {
    this.#rows.nodes.change(nodeId, (node) => ({ ...node, record: { ...node.record, reputation } }));
  }

  /** Number of the node's next settled piece of work, from 1. */
  nextSettled(nodeId: string): number {
    this.#rows.nodes.change(nodeId, (node) => ({ ...node, settled: node.settled + 1 }));
    return this.#rows.nodes.get(nodeId)?.settled ?? 0;
  }

  /** Nodes enrolled from one address prefix since `since` (UTC milliseconds), counted up to a thousand. */
  enrolmentsSince(addressPrefix: string, since: number): number {
    return (this.#rows.enrolments.get(addressPrefix) ?? []).filter((at) => at >= since).length;
  }

  /** Stores a token; does nothing if one with this id exists. */
  saveToken(jti: string, token: { accountId: string; nodeId: string; expires: number }): void {
    const { accountId, nodeId, expires } = token;
    if (this.#rows.tokens.get(jti) !== undefined) return;
    this.#rows.tokens.insert(jti, { accountId, nodeId, expires, revoked: false });
  }

  /** Revokes a token. False if there is no such token or it was already revoked. */
  revokeToken(jti: string): boolean {
    const token = this.#rows.tokens.get(jti);
    if (token === undefined || token.revoked) return false;
    this.#rows.tokens.set(jti, { ...token, revoked: true });
    return true;
  }
}
