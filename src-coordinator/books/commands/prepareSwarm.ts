import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { system } from '#coordinator/books/money/accountNames.ts';
import type { SigningKey } from '#node/keys.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Tables } from '#coordinator/storage/sqlite/Tables.ts';

/** What a store must know of its swarm. */
export interface SwarmFacts {
  readonly folder: string;
  readonly clock: Clock;
  readonly swarmId: string;
  readonly signingKey: SigningKey;
  readonly incentives: MicroCredits;
}

/** The folder is bound to the swarm that first used it. Throws a SwarmError `wrong_swarm`. */
export function checkSwarm(database: SqliteDatabase, options: SwarmFacts): void {
  const remember = database.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)');
  database.transaction(() => {
    remember.run('swarmId', options.swarmId);
    remember.run('publicKey', options.signingKey.publicKey);
  })();
  const swarmId = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'swarmId'`).pluck().get();
  if (swarmId !== options.swarmId) {
    throw new SwarmError('wrong_swarm', `The data in ${options.folder} belongs to another coordinator.`);
  }
}

/** First start: the swarm's own account and its incentives come to be. */
export function prepareSwarm(unit: UnitOfWork, tables: Tables, options: SwarmFacts): void {
  unit.begin();
  const now = options.clock.now();
  const account = { accountId: tables.ownAccount, accountKey: options.signingKey.publicKey };
  tables.nodes.addAccount(account, ['admin'], now);
  tables.balances.open(tables.ownAccount);
  if (options.incentives <= 0n || tables.journal.has('funding')) return;
  tables.journal.post({
    at: now,
    category: 'incentive_funding',
    reference: 'funding',
    taskId: null,
    nodeId: null,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -options.incentives },
      { account: system('incentives'), amount: options.incentives },
    ],
  });
}
