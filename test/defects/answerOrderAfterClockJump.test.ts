import { expect, it } from 'vitest';
import { openDriver } from '#test/helpers/storageDriver.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import { enrolment, newAssignment, newChunk, newMember, newTask, ulidOf } from '#test/helpers/storeCommands.ts';

// Found by a simulation: the pieces of a continued answer stood in the order of their wall-clock times, so that an answer
// was put together backwards when somebody set the clock back between two nodes.
it('pieces of an answer stand in their places when the clock went back between them', async () => {
  const signingKey = createSigningKey();
  const store = openDriver({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', signingKey.publicKey),
    signingKey,
    private: true,
    incentives: 0n,
  });
  const [requester, first, second] = [newMember(), newMember(), newMember()];
  for (const member of [requester, first, second]) await store.enrolNode(enrolment(member));
  const task = newTask(requester, 1);
  await store.submitTask(task, 2000);
  await store.assignTask(newAssignment(task.taskId, first, 501, { assignedAt: 60_000 }));
  await store.appendChunk(newChunk(ulidOf(501), 0, [0, 1]));
  await store.endAssignment({
    assignmentId: ulidOf(501),
    event: 'hand_over',
    finish: 'yielded',
    reason: null,
    failure: false,
    next: 'requeue',
    evidence: { kind: 'none' },
    now: 61_000,
  });
  await store.assignTask(newAssignment(task.taskId, second, 502, { assignedAt: 30_000 }));
  await store.appendChunk(newChunk(ulidOf(502), 0, [2, 3]));
  expect(await store.answer(task.taskId)).toMatchObject({ text: 'abcd', ids: [0, 1, 2, 3] });
  await store.close();
});
