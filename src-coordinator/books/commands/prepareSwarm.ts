import type { Command } from '#coordinator/books/Books.ts';
import { system } from '#coordinator/books/money/accountNames.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';

/** Makes the swarm's own account at the first start, and funds its incentives once. `now` in UTC milliseconds. */
export function prepareSwarm(accountKey: string, incentives: MicroCredits, now: number): Command<void> {
  return {
    kind: 'prepareSwarm',
    input: accountKey,
    rows: { references: ['funding'], systemBalances: ['issuance', 'incentives'], heads: ['journal'] },
    rule(tables) {
      const { ownAccount: accountId, nodes, balances, journal } = tables;
      nodes.addAccount({ accountId, accountKey }, ['admin'], now);
      balances.open(accountId);
      if (incentives <= 0n || journal.has('funding')) return;
      journal.post({
        at: now,
        category: 'incentive_funding',
        reference: 'funding',
        taskId: null,
        nodeId: null,
        priceVersion: null,
        legs: [
          { account: system('issuance'), amount: -incentives },
          { account: system('incentives'), amount: incentives },
        ],
      });
    },
  };
}
