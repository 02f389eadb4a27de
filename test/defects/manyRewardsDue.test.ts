import { expect, test } from 'vitest';
import { openDriver } from '#test/helpers/storageDriver.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import {
  acceptedSegment,
  completion,
  enrolment,
  newAssignment,
  newChunk,
  newMember,
  newTask,
} from '#test/helpers/storeCommands.ts';

// Upkeep released one batch an hour however much was due: a swarm that earned faster than that never paid it all.
test('all rewards that are due are released, however many they are', async () => {
  const key = createSigningKey();
  const store = openDriver({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', key.publicKey),
    signingKey: key,
    private: false,
    incentives: 0n,
  });
  const [asker, worker] = [newMember(), newMember()];
  await store.enrolNode(enrolment(asker, '100000'));
  await store.enrolNode(enrolment(worker, '0'));
  const count = 2100;
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const task = newTask(asker, index + 1);
      await store.submitTask(task, 2000);
      const { assignmentId, ...rest } = newAssignment(task.taskId, worker, 100_000 + index);
      await store.assignTask({ assignmentId, ...rest });
      await store.appendChunk(newChunk(assignmentId, 0, [5, 2]));
      await store.finishTask(completion(task.taskId, [acceptedSegment(assignmentId)]));
    }),
  );
  expect(await store.releaseDue(4000 + 15 * 86_400_000)).toBe(count);
  expect((await store.balances(worker.accountId)).pending).toBe('0');
  await store.close();
});
