import { describe, expect, test } from 'vitest';
import { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { OwnTasks } from '#coordinator/swarm/intake/OwnTasks.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { settle } from '#test/helpers/ManualClock.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

async function ownTasks() {
  const rooms = await openTaskRooms();
  const { books, queries, life, endings, asker } = rooms;
  const now: { reason: string | null } = { reason: null };
  const room = new OwnTasks({ books, queries, life, endings, waitReason: () => now.reason });
  const { taskId } = (await rooms.submit({ maxTokens: 8 })).record;
  return { ...rooms, room, taskId, now, account: asker.accountId, relay: new FrameRelay() };
}

describe('a task of one’s own', () => {
  test('is seen with the reason why it waits', async () => {
    const { room, account, taskId, now } = await ownTasks();
    expect(await room.view(account, taskId)).toMatchObject({ taskId, status: 'queued', reason: null });
    now.reason = 'Every node that can run it is busy.';
    expect((await room.view(account, taskId)).reason).toBe(now.reason);
  });

  test('can be cancelled once; after that it stays as it is', async () => {
    const { room, account, taskId, life } = await ownTasks();
    expect((await room.cancel(account, taskId)).status).toBe('cancelled');
    expect(life.size).toBe(0);
    expect((await room.cancel(account, taskId)).status).toBe('cancelled');
  });

  test('that is cancelled while it completes stays completed', async () => {
    const { room, account, taskId, start, send, results, worker } = await ownTasks();
    const answer = await start(taskId);
    await send(answer, [3, 2]);
    const result = results.receive(worker.nodeId, answer.delivered('eog'));
    const cancelled = room.cancel(account, taskId);
    expect(await result).toEqual({ state: 'accepted' });
    expect((await cancelled).status).toBe('completed');
  });

  test('keeps its text until it is forgotten, which must wait for its end', async () => {
    const { room, account, taskId, start, send, results, worker, recordOf } = await ownTasks();
    const answer = await start(taskId);
    await send(answer, [3, 2]);
    await expect(room.forget(account, taskId)).rejects.toMatchObject({ code: 'conflict' });
    await results.receive(worker.nodeId, answer.delivered('eog'));
    expect(await room.text(account, taskId)).toEqual({ text: ' t3', attempt: 0 });
    await room.forget(account, taskId);
    expect((await recordOf(taskId)).submission).toBeNull();
    expect((await room.text(account, taskId)).text).toBe('');
  });

  test('does not exist for anybody else', async () => {
    const { room, other, taskId, life } = await ownTasks();
    const account = other.accountId;
    const stopped: string[] = [];
    const frames = { begin: () => undefined, stop: () => void stopped.push('stopped') };
    const hidden = { code: 'not_found' };
    await expect(room.view(account, taskId)).rejects.toMatchObject(hidden);
    await expect(room.cancel(account, taskId)).rejects.toMatchObject(hidden);
    await expect(room.text(account, taskId)).rejects.toMatchObject(hidden);
    await expect(room.forget(account, taskId)).rejects.toMatchObject(hidden);
    await expect(room.follow(account, { taskId, attempt: 0, from: 0 }, frames)).rejects.toMatchObject(hidden);
    expect(stopped).toEqual(['stopped']);
    expect(life.size).toBe(1);
  });
});

describe('whoever follows an answer', () => {
  test('gets what is stored from a position on, and then what comes', async () => {
    const { room, account, taskId, start, send, relay, stored } = await ownTasks();
    const answer = await start(taskId);
    await send(answer, [3]);
    await send(answer, [4, 5]);
    const frames: TaskFrame[] = [];
    const watch = relay.watch(taskId, { id: 'n', onFrame: (frame) => frames.push(frame), onOver: () => undefined });
    const { reply, begin } = await room.follow(account, { taskId, attempt: 0, from: 1 }, watch);
    expect(reply.frame).toEqual({ taskId, attempt: 0, from: 1, tokens: 2, text: ' t4 t5' });
    begin();
    await send(answer, [6]);
    relay.push(expected(stored[2]));
    await settle();
    expect(frames).toEqual([{ taskId, attempt: 0, from: 3, tokens: 1, text: ' t6' }]);
  });

  test('loses no piece that is stored between the read and the beginning, and gets none twice', async () => {
    const { room, account, taskId, start, send, relay, stored, queries } = await ownTasks();
    const answer = await start(taskId);
    await send(answer, [3]);
    const text: string[] = [];
    const listener = { id: 'n', onFrame: (frame: TaskFrame) => text.push(frame.text), onOver: () => undefined };
    const watch = relay.watch(taskId, listener);
    const gate = Promise.withResolvers<void>();
    const read = queries.answerFrom.bind(queries);
    queries.answerFrom = async (...where) => {
      const piece = await read(...where);
      await gate.promise;
      return piece;
    };
    const following = room.follow(account, { taskId, attempt: 0, from: 0 }, watch);
    await send(answer, [4]);
    relay.push(expected(stored[1]));
    gate.resolve();
    const { reply, begin } = await following;
    text.push(reply.frame?.text ?? '');
    await send(answer, [5]);
    relay.push(expected(stored[2]));
    begin();
    relay.end(taskId);
    expect(text.join('')).toBe(' t3 t4 t5');
  });

  test('from another attempt gets the present one from its beginning', async () => {
    const { room, account, taskId, start, send, progress, worker } = await ownTasks();
    const bad = await start(taskId);
    await send(bad, [3]);
    await progress
      .receive(worker.nodeId, bad.progress({ ...bad.chunk([4]), chain: 'A'.repeat(43) }))
      .catch(() => undefined);
    const frames = { begin: () => undefined, stop: () => undefined };
    const { reply } = await room.follow(account, { taskId, attempt: 0, from: 1 }, frames);
    expect(reply.frame).toEqual({ taskId, attempt: 1, from: 0, tokens: 0, text: '' });
    expect((await room.follow(account, { taskId, attempt: 1, from: 0 }, frames)).reply.frame).toBeNull();
  });

  test('a task that is over gets the rest, and watches nothing', async () => {
    const { room, account, taskId, start, send, endings, life, taskOf } = await ownTasks();
    await send(await start(taskId), [3]);
    await life.inTurn(taskId, () => endings.cancel(taskOf(taskId)));
    const stopped: string[] = [];
    const frames = { begin: () => undefined, stop: () => void stopped.push('stopped') };
    const { reply } = await room.follow(account, { taskId, attempt: 0, from: 0 }, frames);
    expect(reply).toMatchObject({ task: { status: 'cancelled' }, frame: { tokens: 1, text: ' t3' } });
    expect(stopped).toEqual(['stopped']);
  });
});

function expected<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there');
  return value;
}
