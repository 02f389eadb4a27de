import { expect, test } from 'vitest';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

// The last token was read from a chunk that was not stored yet, and the text that was judged was the part before it: a node
// was paid for text that nobody had looked at.
test('a result is not taken while chunks of its answer are being stored', async () => {
  const rooms = await openTaskRooms();
  const { worker, books } = rooms;
  const task = await rooms.submit();
  const answer = await rooms.start(task.record.taskId);
  const storeFirst = books.hold('appendChunk');
  const first = rooms.send(answer, [10, 11]);
  const early = answer.delivered('eog');
  const reply = rooms.results.receive(worker.nodeId, early);
  await new Promise(setImmediate);
  const storeSecond = books.hold('appendChunk');
  const second = rooms.send(answer, [12, 2]);
  storeFirst();
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  storeSecond();
  await Promise.allSettled([first, second]);
  expect(await reply).toEqual({ state: 'incomplete', stored: 2 });
  expect(await rooms.results.receive(worker.nodeId, answer.delivered('eog'))).toEqual({ state: 'accepted' });
});
