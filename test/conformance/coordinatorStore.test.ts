import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDriver } from '#test/helpers/storageDriver.ts';
import { createSigningKey, keyId } from '#node/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import { describeCoordinatorStore } from './describeCoordinatorStore.ts';

for (const writer of ['here', 'thread'] as const) {
  describeCoordinatorStore(
    `SQLite, written ${writer === 'here' ? 'in this thread' : 'in a thread of its own'}`,
    (swarm) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-store-'));
      const signingKey = createSigningKey();
      const swarmId = keyId('swm', signingKey.publicKey);
      const open = () => openDriver({ folder, clock: systemClock, swarmId, signingKey, writer, ...swarm });
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
    },
  );
}
