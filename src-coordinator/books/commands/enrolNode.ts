import { system, user } from '#coordinator/books/money/accountNames.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { EnrolNode } from '#coordinator/books/CoordinatorStore.ts';
import type { NodeRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/storage/sqlite/Tables.ts';
import { tellEntries } from './tell.ts';

/** Admits a node: account, node, token, and once per account its grant. Enrolling again changes the name alone. */
export function enrolNode(tables: Tables, command: EnrolNode): { node: NodeRecord; granted: MicroCredits } {
  const { account, node, now } = command;
  const { accountId } = account;
  const known = tables.nodes.node(node.nodeId);
  if (known !== undefined && known.accountId !== accountId) {
    throw new SwarmError('forbidden', 'This node belongs to another account.');
  }
  const granted = isGranted(tables, command) ? command.grant : 0n;
  tables.nodes.addAccount(account, ['user', 'node_operator'], now);
  tables.balances.open(accountId);
  tables.nodes.saveNode(node, accountId, now);
  tables.nodes.saveToken({ ...command.token, accountId, nodeId: node.nodeId });
  if (granted > 0n) grant(tables, command);
  const stored = tables.nodes.node(node.nodeId);
  if (stored === undefined) throw new SwarmError('internal');
  return { node: stored, granted };
}

/** Looked at inside the command: of many enrolments that come at once, each counts for the next. */
function isGranted(tables: Tables, { account, node, grant: amount, grantLimit }: EnrolNode): boolean {
  if (amount <= 0n || node.status !== 'approved' || tables.journal.has(referenceOf(account.accountId))) return false;
  if (grantLimit === undefined) return true;
  return tables.nodes.countEnrolments(node.addressPrefix, grantLimit.since) < grantLimit.enrolments;
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
