import { system, user } from '#coordinator/books/money/accountNames.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type { NodeFacts } from '#coordinator/books/members/Nodes.ts';
import type { AccountRecord, NodeRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { tellEntries } from '#coordinator/books/events/tell.ts';

export interface EnrolNode {
  readonly account: Pick<AccountRecord, 'accountId' | 'accountKey'>;
  readonly node: NodeFacts;
  /** Granted once per account, from `issuance`; 0 for none. */
  readonly grant: MicroCredits;
  /** Nothing is granted when at least `enrolments` nodes with the same address prefix were enrolled after `since` (UTC milliseconds). */
  readonly grantLimit?: { readonly enrolments: number; readonly since: number };
  readonly token: { readonly jti: string; readonly expires: number };
  readonly now: number;
}

/** The node as stored, and the amount that this enrolment granted to its account. */
export interface Enrolled {
  readonly node: NodeRecord;
  readonly granted: MicroCredits;
}

/**
 * Admits a node: stores account, node and token, and posts the grant once per account. Enrolling again changes only the name and address.
 * Throws a SwarmError `forbidden` when the node belongs to another account.
 */
export function enrolNode(input: EnrolNode): Command<Enrolled> {
  const { accountId } = input.account;
  const { nodeId, addressPrefix } = input.node;
  return {
    kind: 'enrolNode',
    input,
    rows: {
      accounts: [accountId],
      nodes: [nodeId],
      enrolments: [addressPrefix],
      tokens: [input.token.jti],
      userBalances: [accountId],
      systemBalances: ['issuance'],
      references: [referenceOf(accountId)],
      heads: ['journal'],
    },
    rule: (tables) => enrol(tables, input),
  };
}

function enrol(tables: Tables, command: EnrolNode): Enrolled {
  const { account, node, now } = command;
  const { accountId } = account;
  const known = tables.nodes.get(node.nodeId);
  if (known !== undefined && known.accountId !== accountId) {
    throw new SwarmError('forbidden', 'This node belongs to another account.');
  }
  const granted = isGranted(tables, command) ? command.grant : 0n;
  tables.nodes.addAccount(account, ['user', 'node_operator'], now);
  tables.balances.open(accountId);
  tables.nodes.save(node, accountId, now);
  const { jti, expires } = command.token;
  tables.nodes.saveToken(jti, { accountId, nodeId: node.nodeId, expires });
  if (granted > 0n) grant(tables, command);
  const stored = tables.nodes.get(node.nodeId);
  if (stored === undefined) throw new SwarmError('internal');
  return { node: stored, granted };
}

/** Decided inside the command, so that each of several concurrent enrolments counts for the next. */
function isGranted(tables: Tables, { account, node, grant: amount, grantLimit }: EnrolNode): boolean {
  if (amount <= 0n || node.status !== 'approved' || tables.journal.has(referenceOf(account.accountId))) return false;
  if (grantLimit === undefined) return true;
  return tables.nodes.enrolmentsSince(node.addressPrefix, grantLimit.since) < grantLimit.enrolments;
}

function referenceOf(accountId: string): string {
  return `grant:${accountId}`;
}

function grant(tables: Tables, command: EnrolNode): void {
  const { accountId } = command.account;
  const { nodeId } = command.node;
  const posted = tables.journal.post({
    at: command.now,
    category: 'grant',
    reference: referenceOf(accountId),
    taskId: null,
    nodeId,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -command.grant },
      { account: user(accountId, 'available'), amount: command.grant, counts: 'granted' },
    ],
  });
  tellEntries(tables, posted, [{ accountId, nodeId }]);
}
