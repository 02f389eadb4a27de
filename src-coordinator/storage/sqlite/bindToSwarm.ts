import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { SigningKey } from '#node/keys/keys.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';

/** Binds a folder to the swarm that first uses it. Throws a SwarmError `wrong_swarm` for every other one. */
export function bindToSwarm(
  database: SqliteDatabase,
  swarm: { readonly folder: string; readonly swarmId: string; readonly signingKey: SigningKey },
): void {
  const remember = database.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)');
  database.transaction(() => {
    remember.run('swarmId', swarm.swarmId);
    remember.run('publicKey', swarm.signingKey.publicKey);
  })();
  const swarmId = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'swarmId'`).pluck().get();
  if (swarmId !== swarm.swarmId) {
    throw new SwarmError('wrong_swarm', `The data in ${swarm.folder} belongs to another coordinator.`);
  }
}
