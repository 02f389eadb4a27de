import { expect, test } from 'vitest';
import { settle } from '#test/helpers/ManualClock.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

// Two chunks could not be stored. The second rewind read the books late, when the node had sent the first chunk again: more
// counted as stored than as received, and every later chunk left a gap until the run stalled.
test.each(['before', 'after'] as const)(
  'a late rewind does not undo a chunk that was resent, read %s it is stored',
  async (order) => {
    const rooms = await openTaskRooms();
    const task = await rooms.submit();
    const answer = await rooms.start(task.record.taskId);
    const send = (...chunks: Parameters<typeof answer.progress>) =>
      rooms.progress.receive(rooms.worker.nodeId, answer.progress(...chunks));
    const [first, second, third] = [answer.chunk([3, 4, 5]), answer.chunk([6]), answer.chunk([7])];

    const late = Promise.withResolvers<void>();
    const readSegment = rooms.queries.segment.bind(rooms.queries);
    let reads = 0;
    rooms.queries.segment = async (assignmentId) => {
      reads += 1;
      if (reads === 2) await late.promise;
      return readSegment(assignmentId);
    };
    rooms.books.fail('appendChunk', 2);
    const [one, two] = [send(first), send(second)];
    expect(await one).toEqual({ stored: 0, state: 'running' });
    const release = rooms.books.hold('appendChunk');
    const again = send(first);
    if (order === 'before') release();
    if (order === 'before') await settle();
    late.resolve();
    await two;
    release();
    await again;

    expect(rooms.runOf(answer.assignmentId)).toMatchObject({ stored: 3, received: { count: 3 } });
    expect(await send(second, third)).toEqual({ stored: 5, state: 'running' });
  },
);
