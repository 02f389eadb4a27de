import { expect, test } from 'vitest';
import { loss } from '#coordinator/judging/runEnd.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

// The last try of a task failed, and so did storing that the task failed with it. Nothing ran and nothing sought a node: the
// task waited until its deadline, for up to a day.
test('a task that was tried often enough fails as soon as that can be stored', async () => {
  const { submit, start, newWorker, runs, life, books, clock, recordOf } = await openTaskRooms();
  const { taskId } = (await submit()).record;
  for (let failures = 1; failures <= 3; failures += 1) {
    const { assignmentId } = await start(taskId, await newWorker());
    if (failures === 3) books.fail('finishTask', 2);
    // As a stalled lease ends it.
    life.inTurnSoon(taskId, async () => {
      if (life.run(assignmentId) !== undefined) await runs.end(taskId, loss('Lost.'));
    });
    await clock.advance(1);
  }
  expect((await recordOf(taskId)).status).toBe('queued');
  await clock.advance(5000);
  expect(await recordOf(taskId)).toMatchObject({ status: 'failed', reason: 'It was tried 3 times without success.' });
  expect(life.get(taskId)).toBeUndefined();
});
