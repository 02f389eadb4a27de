import { expect, test } from 'vitest';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

// A task could not be cancelled since the books could not be read for a moment: its run stayed sealed, so that its node was
// told to stop, and was blamed ten seconds later for a run that stalled.
test('a run goes on when its task could not be ended', async () => {
  const { queries, submit, start, send, life, endings, taskOf, runOf } = await openTaskRooms();
  const { taskId } = (await submit()).record;
  const answer = await start(taskId);
  await send(answer, [3]);
  const readAll = queries.assignmentsOf.bind(queries);
  queries.assignmentsOf = () => Promise.reject(new Error('disk I/O error'));
  await expect(life.inTurn(taskId, () => endings.cancel(taskOf(taskId)))).rejects.toThrow('disk I/O error');
  queries.assignmentsOf = readAll;
  expect(runOf(answer.assignmentId).sealed).toBe(false);
  expect(await send(answer, [4])).toEqual({ stored: 2, state: 'running' });
});
