import { describe, expect, test } from 'vitest';
import { settle } from '#test/helpers/ManualClock.ts';
import { openRooms } from '#test/helpers/swarm/openRooms.ts';

/** A task that runs at the first of two nodes. */
async function running() {
  const opened = await openRooms();
  const first = await opened.joined();
  const taskId = await opened.submit();
  const answer = opened.answerOf(first);
  const statusOf = async (id = taskId) => (await opened.storage.queries.task(id))?.status;
  return { ...opened, first, taskId, answer, statusOf };
}

describe('a task', () => {
  test('is offered, assigned, answered and settled; its node is free again', async () => {
    const { rooms, first, answer, send, statusOf, clock } = await running();
    expect(rooms.nodes.freeSlots(...slotOf())).toBe(9);
    await send(first, answer, [3, 4, 2]);
    expect(await rooms.results.receive(first.nodeId, answer.delivered('eog'))).toEqual({ state: 'accepted' });
    expect(await statusOf()).toBe('completed');
    expect(rooms.nodes.freeSlots(...slotOf())).toBe(10);
    expect([rooms.life.size, rooms.waiting.size, rooms.shares.total.tasks]).toEqual([0, 0, 0]);
    rooms.reception.leave(first.nodeId, 'gone');
    await clock.advance(1000);
    expect(clock.pending).toBe(0);

    function slotOf() {
      const node = rooms.nodes.get(first.nodeId);
      const model = node?.models[0];
      if (node === undefined || model === undefined) throw new Error('The node is gone');
      return [node, model] as const;
    }
  });

  test('that waits is given to the next node that comes', async () => {
    const { submit, joined, rooms } = await openRooms();
    const taskId = await submit();
    expect(rooms.waiting.size).toBe(1);
    const node = await joined();
    expect(rooms.life.run(node.assigned()[0] ?? '')?.task.record.taskId).toBe(taskId);
  });

  test('whose lease lapses goes to another node, which goes on from what is stored', async () => {
    const { send, first, answer, joined, clock, statusOf, rooms } = await running();
    await send(first, answer, [3, 4]);
    await clock.advance(3000);
    const second = await joined();
    expect(second.wire.sentOf('task:assign')).toMatchObject([{ input: { scheme: 'continue', prefixIds: [3, 4] } }]);
    expect(first.wire.sentOf('task:stop')).toMatchObject([{ reason: 'superseded' }]);
    expect(await statusOf()).toBe('running');
    expect(rooms.life.running).toBe(1);
  });

  test('whose node renews a lapsed lease in time keeps it, and waits no more', async () => {
    const { first, clock, joined, rooms, renewFor } = await running();
    await clock.advance(3000);
    expect(rooms.waiting.size).toBe(1);
    await renewFor(first, 1);
    expect(rooms.waiting.size).toBe(0);
    const second = await joined();
    expect(second.assigned()).toEqual([]);
  });

  test('whose node leaves may go elsewhere at once', async () => {
    const { first, leave, joined } = await running();
    leave(first);
    const second = await joined();
    expect(second.assigned()).toHaveLength(1);
  });

  test('whose node sends no token for ten seconds goes elsewhere, which is a failure', async () => {
    const { first, joined, renewFor, rooms, taskId, storage } = await running();
    const second = await joined({ status: 'paused' });
    await renewFor(first, 11);
    const task = rooms.life.get(taskId);
    expect(task?.record.failures).toBe(1);
    expect((await storage.queries.assignment(first.assigned()[0] ?? ''))?.reason).toContain('stopped sending');
    expect(second.assigned()).toEqual([]);
  });

  test('whose deadline passes expires, and people learn what it waited for', async () => {
    const { submit, clock, storage, rooms } = await openRooms();
    const taskId = await submit();
    await clock.advance(60_000);
    expect(await storage.queries.task(taskId)).toMatchObject({
      status: 'expired',
      reason: 'The deadline passed. No connected node has a model for this kind of task.',
    });
    expect(rooms.life.size).toBe(0);
  });

  test('that cannot be ended at its deadline ends as soon as that can be stored', async () => {
    const { submit, clock, books, storage } = await openRooms();
    const taskId = await submit();
    books.fail('finishTask', 3);
    await clock.advance(60_000);
    expect((await storage.queries.task(taskId))?.status).toBe('queued');
    await clock.advance(3000);
    expect((await storage.queries.task(taskId))?.status).toBe('expired');
  });
});

describe('a node that comes back', () => {
  test('with its run goes on from what is stored', async () => {
    const { first, leave, join, send, answer, rooms } = await running();
    await send(first, answer, [3, 4]);
    leave(first);
    const ready = await join(first, {}, [answer.assignmentId, 'unknown']);
    expect(ready.holding).toEqual([
      { assignmentId: answer.assignmentId, keep: true, stored: 2 },
      { assignmentId: 'unknown', keep: false, stored: 0 },
    ]);
    expect(rooms.life.run(answer.assignmentId)?.run.lapsed).toBe(false);
    expect(rooms.waiting.size).toBe(0);
  });

  test('without its run loses it at once, and is asked again a moment later', async () => {
    const { first, leave, join, answer, rooms, clock } = await running();
    leave(first);
    await join(first);
    await settle();
    expect(rooms.life.run(answer.assignmentId)).toBeUndefined();
    expect(first.assigned()).toHaveLength(1);
    await clock.advance(1000);
    expect(first.assigned()).toHaveLength(2);
  });
});

describe('after a restart', () => {
  /** Adopts the task again, as a new process would. */
  async function restarted(ids: readonly number[]) {
    const before = await running();
    if (ids.length > 0) await before.send(before.first, before.answer, ids);
    before.rooms.life.end(before.taskId, { record: null, runEvent: 'lose' });
    before.leave(before.first);
    await before.rooms.births.recover();
    return before;
  }

  test('a node that comes back within fifteen seconds goes on', async () => {
    const { first, join, answer, clock, send } = await restarted([3]);
    await clock.advance(14_000);
    await join(first, {}, [answer.assignmentId]);
    expect(await send(first, answer, [4])).toEqual({ stored: 2, state: 'running' });
  });

  test('a run whose node does not come back goes elsewhere, and is nobody’s failure', async () => {
    const { joined, clock, rooms, taskId } = await restarted([3]);
    const second = await joined();
    expect(second.assigned()).toEqual([]);
    await clock.advance(15_000);
    expect(second.assigned()).toHaveLength(1);
    expect(rooms.life.get(taskId)?.record.failures).toBe(0);
  });
});

describe('open tasks', () => {
  test('count towards the limits of their account until they are over', async () => {
    const { submit, rooms, asker } = await openRooms();
    const taskId = await submit();
    await submit();
    expect(rooms.shares.of(asker.accountId).tasks).toBe(2);
    await rooms.ownTasks.cancel(asker.accountId, taskId);
    expect(rooms.shares.of(asker.accountId).tasks).toBe(1);
  });
});
