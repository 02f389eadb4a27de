import { system, user } from '#coordinator/ledger/accountNames.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { MicroCredits } from '#shared/domain/credits.ts';
import type { EnrolNode } from './CoordinatorStore.ts';
import type { NodeRecord } from './records.ts';
import type { Tables } from './Tables.ts';
import { tellEntries } from './tell.ts';

/** Admits a node: account, node, token, and once per account its grant. Enrolling again changes the name alone. */
export function enrolNode(tables: Tables, command: EnrolNode): { node: NodeRecord; granted: MicroCredits } {
  const { account, node, now } = command;
  const { accountId } = account;
  const known = tables.nodes.node(node.nodeId);
  if (known !== undefined && known.accountId !== accountId) {
    throw new SwarmError('forbidden', 'This node belongs to another account.');
  }
  tables.nodes.addAccount(account, ['user', 'node_operator'], now);
  tables.balances.open(accountId);
  tables.nodes.saveNode(node, accountId, now);
  tables.nodes.saveToken({ ...command.token, accountId, nodeId: node.nodeId });
  const granted = grantOnce(tables, command);
  const stored = tables.nodes.node(node.nodeId);
  if (stored === undefined) throw new SwarmError('internal');
  return { node: stored, granted };
}

function grantOnce(tables: Tables, command: EnrolNode): MicroCredits {
  const { accountId } = command.account;
  const { nodeId, status } = command.node;
  const reference = `grant:${accountId}`;
  if (command.grant <= 0n || status !== 'approved' || tables.journal.has(reference)) return 0n;
  const posted = tables.journal.post({
    at: command.now,
    category: 'grant',
    reference,
    taskId: null,
    nodeId,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -command.grant },
      { account: user(accountId, 'available'), amount: command.grant, counts: 'granted' },
    ],
  });
  tellEntries(tables, posted, [{ accountId, nodeId }]);
  return command.grant;
}
