import { expect, test } from 'vitest';
import { nodeStream } from '#shared/protocol/streams.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
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

// A hundred events went out together whatever their answers held: some long ones made a message that could not be
// acknowledged in time, was sent again without end, and kept the requester out of the swarm.
test('events go out in messages of bounded size, and none is lost', async () => {
  const signingKey = createSigningKey();
  const store = openDriver({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', signingKey.publicKey),
    signingKey,
    private: true,
    incentives: 0n,
  });
  const [asker, worker] = [newMember(), newMember()];
  await store.enrolNode(enrolment(asker));
  await store.enrolNode(enrolment(worker));
  for (let number = 1; number <= 4; number += 1) {
    const task = newTask(asker, number);
    await store.submitTask(task, 2000);
    const assignment = newAssignment(task.taskId, worker, 100 + number);
    await store.assignTask(assignment);
    for (let from = 0; from < 10; from += 1) {
      await store.appendChunk({ ...newChunk(assignment.assignmentId, from, [5]), text: 'x'.repeat(60_000) });
    }
    await store.finishTask(completion(task.taskId, [acceptedSegment(assignment.assignmentId)]));
  }
  const textOf = ({ event }: StoredEvent) => (event.type === 'task:completed' ? event.text.length : 0);
  const told: StoredEvent[] = [];
  for (let page = await store.events(nodeStream(asker.nodeId), 0, 100); page.length > 0;) {
    expect(page.reduce((sum, each) => sum + textOf(each), 0)).toBeLessThanOrEqual(1_200_000);
    told.push(...page);
    page = await store.events(nodeStream(asker.nodeId), page.at(-1)?.seq ?? 0, 100);
  }
  // A grant; then a hold, a start, a settlement and an end for each task.
  expect(told).toHaveLength(17);
  expect(told.map(({ seq }) => seq)).toEqual([...new Set(told.map(({ seq }) => seq))].toSorted((a, b) => a - b));
  expect(told.map(textOf).filter((length) => length > 0)).toEqual([600_000, 600_000, 600_000, 600_000]);
  await store.close();
});
