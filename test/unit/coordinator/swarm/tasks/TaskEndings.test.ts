import { describe, expect, test } from 'vitest';
import { loss } from '#coordinator/judging/runEnd.ts';
import { settle } from '#test/helpers/ManualClock.ts';
import { openTaskRooms, type TaskChange } from '#test/helpers/swarm/openTaskRooms.ts';

async function withTask(change: TaskChange = {}) {
  const rooms = await openTaskRooms();
  const { record } = await rooms.submit({ maxTokens: 8, ...change });
  const { taskId } = record;
  return {
    ...rooms,
    taskId,
    hold: record.hold,
    cancel: () => rooms.life.inTurn(taskId, () => rooms.endings.cancel(rooms.taskOf(taskId))),
    expire: () =>
      rooms.life.inTurn(taskId, () => rooms.endings.fail(rooms.taskOf(taskId), 'The deadline passed.', 'expire')),
    fail: () => rooms.life.inTurn(taskId, () => rooms.endings.fail(rooms.taskOf(taskId), 'It failed.')),
  };
}

describe('a cancelled task', () => {
  test('that waited costs nothing', async () => {
    const { cancel, recordOf, taskId, asker, balanceOf, life } = await withTask();
    await cancel();
    expect(life.get(taskId)).toBeUndefined();
    expect(await recordOf(taskId)).toMatchObject({ status: 'cancelled', billStatus: 'refunded', cost: 0n });
    expect(await balanceOf(asker)).toBe('100');
  });

  test('owes the prompt once its node had the text, and the node is stopped', async () => {
    const { cancel, recordOf, taskId, start, clock, channels, assignmentOf } = await withTask();
    const answer = await start(taskId);
    await clock.advance(1);
    await cancel();
    const { cost, billStatus, partial } = await recordOf(taskId);
    expect(cost).toBeGreaterThan(0n);
    expect({ billStatus, partial }).toEqual({ billStatus: 'settled', partial: false });
    expect((await assignmentOf(answer.assignmentId)).reward).toBeGreaterThan(0n);
    expect(channels.sentOf('task:stop')).toEqual([{ assignmentId: answer.assignmentId, reason: 'cancelled' }]);
  });

  test('owes nothing when its node never had the text', async () => {
    const { cancel, recordOf, taskId, start, channels } = await withTask();
    channels.answers = { 'task:assign': () => ({ ok: false, code: 'timeout' }) };
    await start(taskId);
    await settle();
    await cancel();
    expect(await recordOf(taskId)).toMatchObject({ billStatus: 'refunded', cost: 0n });
  });

  test('pays the tokens that arrived', async () => {
    const { cancel, recordOf, taskId, start, send, assignmentOf, hold } = await withTask();
    const answer = await start(taskId);
    await send(answer, [3, 4, 5]);
    await cancel();
    const { cost, ...record } = await recordOf(taskId);
    expect(record).toMatchObject({ status: 'cancelled', partial: true, finish: 'cancelled' });
    expect(cost > 0n && cost < hold).toBe(true);
    expect(await assignmentOf(answer.assignmentId)).toMatchObject({ status: 'cancelled', accepted: true });
  });

  test('owes nothing to a node that did not sign what it sent', async () => {
    const { cancel, recordOf, taskId, start, progress, worker, assignmentOf } = await withTask();
    const answer = await start(taskId);
    const chunk = { ...answer.chunk([3, 4]), signature: 'B'.repeat(86) };
    await progress.receive(worker.nodeId, answer.progress(chunk));
    await cancel();
    expect(await recordOf(taskId)).toMatchObject({ billStatus: 'refunded', cost: 0n, partial: false });
    expect((await assignmentOf(answer.assignmentId)).status).toBe('rejected');
  });
});

describe('an expired task', () => {
  test('without tokens expires and costs nothing', async () => {
    const { expire, recordOf, taskId, start, channels } = await withTask();
    await start(taskId);
    await expire();
    expect(await recordOf(taskId)).toMatchObject({
      status: 'expired',
      cost: 0n,
      partial: false,
      reason: 'The deadline passed.',
    });
    expect(channels.sentOf('task:stop')).toMatchObject([{ reason: 'expired' }]);
  });

  test('with accepted tokens fails, partly done and paid', async () => {
    const { expire, recordOf, taskId, start, send } = await withTask();
    await send(await start(taskId), [3, 4]);
    await expire();
    expect(await recordOf(taskId)).toMatchObject({ status: 'failed', partial: true, billStatus: 'settled' });
  });

  test('with tokens of an earlier run that was lost fails, partly done, too', async () => {
    const { expire, recordOf, taskId, start, send, endRun, balanceOf, worker } = await withTask();
    await send(await start(taskId), [3, 4]);
    await endRun(taskId, loss('Lost.'));
    await expire();
    expect(await recordOf(taskId)).toMatchObject({ status: 'failed', partial: true, billStatus: 'settled' });
    expect(Number(await balanceOf(worker))).toBeGreaterThan(100);
  });

  test('whose odd answer is whole costs the prompt alone the second time', async () => {
    const { fail, recordOf, taskId, start, progress, results, worker, other } = await withTask({ maxTokens: 2 });
    const first = await start(taskId);
    await progress.receive(worker.nodeId, first.progress(first.chunk([3, 2], ' ')));
    await results.receive(worker.nodeId, first.delivered('eog'));
    const second = await start(taskId, other);
    await progress.receive(other.nodeId, second.progress(second.chunk([3, 2], ' ')));
    await fail();
    const record = await recordOf(taskId);
    expect(record.status).toBe('failed');
    expect(record.cost).toBeGreaterThan(0n);
  });
});

describe('an end that cannot be written', () => {
  test.each(['finishTask', 'reads'] as const)('since %s fail leaves the run going', async (what) => {
    const { cancel, taskId, start, send, books, queries, runOf, recordOf } = await withTask();
    const answer = await start(taskId);
    await send(answer, [3]);
    const readAll = queries.assignmentsOf.bind(queries);
    if (what === 'finishTask') books.fail('finishTask');
    else queries.assignmentsOf = () => Promise.reject(new Error('disk I/O error'));
    await expect(cancel()).rejects.toThrow();
    queries.assignmentsOf = readAll;
    expect(runOf(answer.assignmentId).sealed).toBe(false);
    expect(await send(answer, [4])).toEqual({ stored: 2, state: 'running' });
    await cancel();
    expect((await recordOf(taskId)).status).toBe('cancelled');
  });
});

describe('tasks that build on others', () => {
  async function family() {
    const rooms = await withTask();
    const parents = [rooms.taskId, (await rooms.submit()).record.taskId];
    const child = (await rooms.submit({ parents })).record.taskId;
    const grandchild = (await rooms.submit({ parents: [child] })).record.taskId;
    return { ...rooms, parents, child, grandchild };
  }

  test('wait for all of them, and are queued when the last one completes', async () => {
    const { taskOf, child, grandchild, parents, start, send, results, worker, clock } = await family();
    expect([taskOf(child).record.status, taskOf(grandchild).record.status]).toEqual(['blocked', 'blocked']);
    for (const parent of parents) {
      expect(taskOf(child).record.status).toBe('blocked');
      await clock.advance(5000);
      const answer = await start(parent);
      await send(answer, [3, 2]);
      await results.receive(worker.nodeId, answer.delivered('eog'));
      await settle();
    }
    expect(taskOf(child)).toMatchObject({ record: { status: 'queued' }, deadline: clock.monotonic() + 60_000 });
    expect(taskOf(grandchild).record.status).toBe('blocked');
  });

  test('end with the first one that does not complete, with everything below them', async () => {
    const { cancel, life, child, grandchild, parents, recordOf, changes } = await family();
    await cancel();
    await settle();
    expect(life.size).toBe(1);
    expect(life.get(parents[1] ?? '')).toBeDefined();
    for (const taskId of [child, grandchild]) {
      expect(await recordOf(taskId)).toMatchObject({ status: 'cancelled', billStatus: 'refunded' });
    }
    const ended = changes.flatMap((change) => (change.type === 'ended' ? [change] : []));
    expect(ended.map(({ before, how }) => [before.record.taskId, how.record?.status])).toEqual(
      [parents[0], child, grandchild].map((taskId) => [taskId, 'cancelled']),
    );
  });
});

test('a task that the books ended before is forgotten, and nothing is settled twice', async () => {
  const { cancel, taskId, books, balanceOf, asker, life, endings, taskOf } = await withTask();
  const task = taskOf(taskId);
  await cancel();
  life.adopt(task);
  await life.inTurn(taskId, () => endings.fail(task, 'It failed.'));
  expect(life.size).toBe(0);
  expect(await balanceOf(asker)).toBe('100');
  expect(books.committed.filter((kind) => kind === 'finishTask')).toHaveLength(2);
});
