import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import { WaitNotices } from '#coordinator/swarm/matching/WaitNotices.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

async function waiting() {
  const rooms = await openTaskRooms();
  const { taskId } = (await rooms.submit()).record;
  const now: { reason: string | null } = { reason: 'Every node that can run it is busy.' };
  const notices = new WaitNotices({
    clock: rooms.clock,
    logger: silentLogger,
    books: rooms.books,
    queries: rooms.queries,
    requesterOf: (id) => rooms.life.get(id)?.record.requesterNodeId ?? null,
    waitReason: () => now.reason,
  });
  /** Reasons that the requester was told. */
  const told = async () => {
    const commands = rooms.storage.commands.filter(({ kind }) => kind === 'announce');
    return commands
      .map(({ input }) => (input as { event: Extract<StoredEvent['event'], { type: 'task:updated' }> }).event)
      .map(({ task }) => task.reason);
  };
  return { ...rooms, taskId, now, notices, told };
}

describe('WaitNotices', () => {
  test('tell why a task waits, after half a second, once per reason', async () => {
    const { notices, taskId, clock, now, told } = await waiting();
    notices.waits(taskId);
    notices.waits(taskId);
    await clock.advance(499);
    expect(await told()).toEqual([]);
    await clock.advance(1);
    expect(await told()).toEqual(['Every node that can run it is busy.']);
    notices.waits(taskId);
    await clock.advance(500);
    expect(await told()).toHaveLength(1);
    now.reason = 'No connected node has the model.';
    notices.waits(taskId);
    await clock.advance(500);
    expect(await told()).toEqual(['Every node that can run it is busy.', 'No connected node has the model.']);
  });

  test('say nothing of a task that found a node meanwhile, or is over', async () => {
    const { notices, taskId, clock, now, told, life } = await waiting();
    notices.waits(taskId);
    now.reason = null;
    await clock.advance(500);
    now.reason = 'Again.';
    notices.waits(taskId);
    life.end(taskId, { record: null, runEvent: 'lose' });
    notices.forget(taskId);
    await clock.advance(500);
    notices.waits(taskId);
    await clock.advance(500);
    expect(await told()).toEqual([]);
  });

  test('say nothing when the task finds a node while its view is read', async () => {
    const { notices, taskId, clock, now, told, queries } = await waiting();
    const view = Promise.withResolvers<undefined>();
    const readView = queries.view.bind(queries);
    queries.view = async (id) => {
      await view.promise;
      return readView(id);
    };
    notices.waits(taskId);
    await clock.advance(500);
    now.reason = null;
    view.resolve(undefined);
    await clock.advance(500);
    expect(await told()).toEqual([]);
    now.reason = 'Every node that can run it is busy.';
    notices.waits(taskId);
    await clock.advance(500);
    expect(await told()).toHaveLength(1);
  });

  test('that could not be stored are told when the task waits again', async () => {
    const { notices, taskId, clock, told, books } = await waiting();
    books.fail('announce');
    notices.waits(taskId);
    await clock.advance(500);
    expect(await told()).toEqual([]);
    notices.waits(taskId);
    await clock.advance(500);
    expect(await told()).toHaveLength(1);
  });
});
