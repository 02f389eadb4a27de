import { expect, test } from 'vitest';
import { openRooms } from '#test/helpers/swarm/openRooms.ts';

// A run of before a restart whose node did not come back is nobody's failure. That held when another node took the task; when
// none did, the run stalled twenty-two seconds after the start, and its node was blamed.
test('a node that does not come back after a restart is not blamed when no other node takes the task', async () => {
  const { joined, submit, leave, rooms, clock, storage } = await openRooms();
  const node = await joined();
  const taskId = await submit();
  rooms.life.end(taskId, { record: null, runEvent: 'lose' });
  leave(node);
  await rooms.births.recover();
  await clock.advance(40_000);
  expect(await storage.queries.assignment(node.assigned()[0] ?? '')).toMatchObject({
    status: 'superseded',
    reason: 'The coordinator restarted and the node did not reconnect.',
  });
  expect(await storage.queries.task(taskId)).toMatchObject({ failures: 0, status: 'queued' });
});
