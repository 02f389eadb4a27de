import { openStorage } from '#coordinator/storage/openStorage.ts';
import type { Command } from '#coordinator/books/Books.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import type { Clock } from '#shared/util/clock.ts';

/** A real storage in memory that also notes every command it was asked to run. */
export function memoryStorage(swarm: { private?: boolean; incentives?: bigint; clock?: Clock } = {}) {
  const signingKey = createSigningKey();
  const swarmId = keyId('swm', signingKey.publicKey);
  const storage = openStorage({
    folder: ':memory:',
    clock: systemClock,
    swarmId,
    signingKey,
    private: true,
    incentives: 0n,
    // Commits need no timer: they are over once waiting promises have settled.
    soon: queueMicrotask,
    ...swarm,
  });
  const commands: Command<unknown>[] = [];
  const run = <T>(command: Command<T>): Promise<T> => {
    commands.push(command);
    return storage.books.run(command);
  };
  return { ...storage, books: { run }, commands, signingKey, swarmId, ownAccount: keyId('acc', signingKey.publicKey) };
}
