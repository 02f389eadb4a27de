import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type StorageOptions, openStorage } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import { drive } from '#test/helpers/storageDriver.ts';
import { LateStorage } from '#test/simulation/LateStorage.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { type OpenStorage, describeStorage } from './describeStorage.ts';

/** Opens storages in a new folder each, and again in the same one. */
function inFolders(openOne: (options: StorageOptions) => Storage): OpenStorage {
  return (swarm) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-store-'));
    const signingKey = createSigningKey();
    const swarmId = keyId('swm', signingKey.publicKey);
    const open = () => drive(openOne({ folder, clock: systemClock, swarmId, signingKey, ...swarm }));
    let store = open();
    return Promise.resolve({
      store,
      ownAccount: keyId('acc', signingKey.publicKey),
      async reopen() {
        await store.close();
        store = open();
        return store;
      },
      async dispose() {
        await store.close().catch(() => undefined);
        rmSync(folder, { recursive: true, force: true });
      },
    });
  };
}

/** Rows are loaded and queries answered some turns of the event loop later, and no row is remembered between commits. */
function openLate(options: StorageOptions): Storage {
  const random = new SeededRandom(11);
  const wait = (turns: number, run: () => void): void =>
    void setImmediate(() => (turns === 0 ? run() : wait(turns - 1, run)));
  const late = new LateStorage({ later: (run) => wait(random.between(0, 3), run), remembered: 0 });
  return late.around(openStorage({ ...options, distance: late.distance }));
}

describeStorage(
  'SQLite, written in this thread',
  inFolders((options) => openStorage({ ...options, writer: 'here' })),
);
describeStorage(
  'SQLite, written in a thread of its own',
  inFolders((options) => openStorage({ ...options, writer: 'thread' })),
);
describeStorage('SQLite that answers later', inFolders(openLate));
