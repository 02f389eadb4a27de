import { expect, it } from 'vitest';
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
  ulidOf,
} from '#test/helpers/storeCommands.ts';

// Found by a simulation: a node delivered every token and was lost before it said so. Its task waited again, and could
// not complete from there: the attempt ended the coordinator.
it('a waiting task completes when those before had delivered its whole answer', async () => {
  const signingKey = createSigningKey();
  const store = openDriver({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', signingKey.publicKey),
    signingKey,
    private: true,
    incentives: 0n,
  });
  const [requester, worker] = [newMember(), newMember()];
  for (const member of [requester, worker]) await store.enrolNode(enrolment(member));
  const task = newTask(requester, 1);
  await store.submitTask(task, 2000);
  await store.assignTask(newAssignment(task.taskId, worker, 501));
  await store.appendChunk(newChunk(ulidOf(501), 0, [0, 1]));
  await store.endAssignment({
    assignmentId: ulidOf(501),
    event: 'lose',
    finish: null,
    reason: 'Its lease was over.',
    failure: true,
    next: 'requeue',
    evidence: { kind: 'none' },
    now: 3600,
  });
  const outcome = await store.finishTask(completion(task.taskId, [acceptedSegment(ulidOf(501))]));
  expect((await store.answer(task.taskId)).text).toBe('ab');
  expect(outcome).toMatchObject({ kind: 'finished', task: { status: 'completed', billStatus: 'settled' } });
  await store.close();
});
