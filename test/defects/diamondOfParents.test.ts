import { expect, test } from 'vitest';
import { openDriver } from '#test/helpers/storageDriver.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import { cancellation, enrolment, newMember, newTask } from '#test/helpers/storeCommands.ts';

// A task that waits for two children of one task was ended twice when that one ended, so that it could not end at all: it
// could not be cancelled, did not expire, and its credits stayed held.
test('a task ends though a grandchild waits for two of its children', async () => {
  const key = createSigningKey();
  const store = openDriver({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', key.publicKey),
    signingKey: key,
    private: true,
    incentives: 0n,
  });
  const asker = newMember();
  await store.enrolNode(enrolment(asker));
  const before = await store.balances(asker.accountId);
  const parent = newTask(asker, 1);
  const children = [newTask(asker, 2, { parents: [parent.taskId] }), newTask(asker, 3, { parents: [parent.taskId] })];
  const grandchild = newTask(asker, 4, { parents: children.map(({ taskId }) => taskId) });
  // It waits for a child and a grandchild: it is met twice, at different depths.
  const last = newTask(asker, 5, { parents: [children[0]?.taskId ?? '', grandchild.taskId] });
  const tasks = [parent, ...children, grandchild, last];
  for (const task of tasks) await store.submitTask(task, 2000);
  const outcome = await store.finishTask(cancellation(parent.taskId));
  expect(outcome).toMatchObject({ kind: 'finished' });
  expect(outcome.kind === 'finished' && outcome.cancelledDescendants.toSorted()).toEqual(
    [...children, last, grandchild].map(({ taskId }) => taskId).toSorted(),
  );
  const after = await Promise.all(tasks.map(({ taskId }) => store.task(taskId)));
  expect(after.map((task) => task?.status)).toEqual(tasks.map(() => 'cancelled'));
  expect(await store.balances(asker.accountId)).toEqual(before);
  await store.close();
});
