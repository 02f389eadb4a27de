import { describe, expect, test } from 'vitest';
import { loss } from '#coordinator/judging/runEnd.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';
import { SignedAnswer } from '#test/helpers/swarm/SignedAnswer.ts';

/** A run that may write eight tokens, and its answer. */
async function running() {
  const rooms = await openTaskRooms();
  const { record } = await rooms.submit({ maxTokens: 8 });
  const answer = await rooms.start(record.taskId);
  return { ...rooms, taskId: record.taskId, answer, receive: receiveFrom(rooms, rooms.worker.nodeId) };
}

function receiveFrom(rooms: Awaited<ReturnType<typeof openTaskRooms>>, nodeId: string) {
  return (message: Parameters<typeof rooms.progress.receive>[1]) => rooms.progress.receive(nodeId, message);
}

describe('chunks', () => {
  test('are checked, stored, then relayed; the reply says how much is on the disk', async () => {
    const { answer, receive, stored, queries, taskId, runOf } = await running();
    const first = answer.chunk([3, 4], 'ab');
    expect(await receive(answer.progress(first))).toEqual({ stored: 2, state: 'running' });
    expect(await receive({ ...answer.progress(answer.chunk([5], 'c')), promptIds: undefined })).toEqual({
      stored: 3,
      state: 'running',
    });
    expect(stored).toEqual([
      { taskId, attempt: 0, from: 0, tokens: 2, text: 'ab' },
      { taskId, attempt: 0, from: 2, tokens: 1, text: 'c' },
    ]);
    expect(await queries.answer(taskId)).toMatchObject({ ids: [3, 4, 5], text: 'abc', promptIds: answer.promptIds });
    expect(runOf(answer.assignmentId)).toMatchObject({ stored: 3, taken: true, received: { count: 3, lastId: 5 } });
  });

  test('that leave a gap are not received: the node resends from what is stored', async () => {
    const { answer, receive, stored } = await running();
    const [first, second, third] = [answer.chunk([3]), answer.chunk([4]), answer.chunk([5])];
    expect(await receive(answer.progress(first, third))).toEqual({ stored: 1, state: 'running' });
    expect(await receive(answer.progress(second, third))).toEqual({ stored: 3, state: 'running' });
    expect(stored.map(({ from }) => from)).toEqual([0, 1, 2]);
  });

  test('that are known are not stored twice', async () => {
    const { answer, receive, stored } = await running();
    const message = answer.progress(answer.chunk([3, 4]));
    await receive(message);
    expect(await receive(message)).toEqual({ stored: 2, state: 'running' });
    expect(stored).toHaveLength(1);
  });

  test('in other pieces than before are resent from what is stored', async () => {
    const rooms = await running();
    const { answer, receive, worker } = rooms;
    const again = new SignedAnswer(rooms.runOf(answer.assignmentId), worker.key);
    await receive(answer.progress(answer.chunk([3, 4])));
    expect(await receive(again.progress(again.chunk([3, 4, 5])))).toEqual({ stored: 2, state: 'running' });
    expect(await receive(answer.progress(answer.chunk([5])))).toEqual({ stored: 3, state: 'running' });
  });

  test('that do not continue the chain end the assignment, unpaid', async () => {
    const { answer, receive, taskId, assignmentOf, taskOf, channels } = await running();
    await receive(answer.progress(answer.chunk([3])));
    const chunk = { ...answer.chunk([4]), chain: 'A'.repeat(43) };
    await expect(receive(answer.progress(chunk))).rejects.toMatchObject({
      code: 'chain_mismatch',
      field: 'payload.chunks.0.chain',
    });
    expect(await assignmentOf(answer.assignmentId)).toMatchObject({
      status: 'rejected',
      accepted: false,
      reason: 'The chain does not continue.',
    });
    expect(taskOf(taskId)).toMatchObject({ fixedDigest: null, record: { attempt: 1, status: 'queued' } });
    expect(channels.sentOf('task:stop')).toEqual([{ assignmentId: answer.assignmentId, reason: 'superseded' }]);
  });

  test('with a bad prompt end the assignment', async () => {
    const { answer, receive, assignmentOf } = await running();
    const message = { ...answer.progress(answer.chunk([3])), promptIds: [] };
    await expect(receive(message)).rejects.toMatchObject({ code: 'chain_mismatch', field: 'payload.promptIds' });
    expect((await assignmentOf(answer.assignmentId)).status).toBe('rejected');
  });

  test('without the prompt, as long as nobody knows it, are invalid and end nothing', async () => {
    const { answer, receive, runOf } = await running();
    const message = { ...answer.progress(answer.chunk([3])), promptIds: undefined };
    await expect(receive(message)).rejects.toMatchObject({ code: 'invalid_message', field: 'payload.promptIds' });
    expect(runOf(answer.assignmentId).received.count).toBe(0);
  });

  test('that come too fast are refused and not received', async () => {
    const { answer, receive, admits, runOf } = await running();
    admits.chunks = false;
    const message = answer.progress(answer.chunk([3]));
    await expect(receive(message)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(runOf(answer.assignmentId).received.count).toBe(0);
    admits.chunks = true;
    expect(await receive(message)).toEqual({ stored: 1, state: 'running' });
  });

  test('for the assignment of another node are refused, before and after it ended', async () => {
    const rooms = await running();
    const { answer, other, foreign, taskId } = rooms;
    const receive = receiveFrom(rooms, other.nodeId);
    const message = answer.progress(answer.chunk([3]));
    await expect(receive(message)).rejects.toMatchObject({ code: 'assignment_foreign' });
    await rooms.endRun(taskId, loss('Lost.'));
    await expect(receive(message)).rejects.toMatchObject({ code: 'assignment_foreign' });
    expect(foreign).toEqual([other.nodeId, other.nodeId]);
    const unknown = { ...message, assignmentId: rooms.nextId() };
    await expect(receive(unknown)).rejects.toMatchObject({ code: 'assignment_unknown' });
  });
});

describe('chunks of a run that is over', () => {
  test.each([
    ['lost', loss('Lost.'), 'superseded'],
    ['handed over', { ...loss('Gone.'), event: 'hand_over', failure: false, weight: 0 } as const, 'ended'],
  ] as const)('a %s run gets a late reply', async (_, end, state) => {
    const { answer, receive, taskId, endRun } = await running();
    await receive(answer.progress(answer.chunk([3])));
    await endRun(taskId, end);
    expect(await receive(answer.progress(answer.chunk([4])))).toEqual({ stored: 1, state });
  });

  test('a cancelled task says so', async () => {
    const { answer, receive, taskId, life, endings, taskOf } = await running();
    await life.inTurn(taskId, () => endings.cancel(taskOf(taskId)));
    expect(await receive(answer.progress(answer.chunk([3])))).toEqual({ stored: 0, state: 'cancelled' });
  });

  test('a sealed run receives nothing, and a chunk that is being stored counts when its end is written', async () => {
    const { answer, receive, taskId, endRun, books, assignmentOf, life } = await running();
    const release = books.hold('appendChunk');
    const first = receive(answer.progress(answer.chunk([3])));
    const end = endRun(taskId, loss('Lost.'));
    await Promise.resolve();
    await Promise.resolve();
    expect(life.run(answer.assignmentId)?.run.sealed).toBe(true);
    expect(await receive(answer.progress(answer.chunk([4])))).toEqual({ stored: 0, state: 'ended' });
    release();
    await end;
    expect(await first).toEqual({ stored: 1, state: 'ended' });
    expect(await assignmentOf(answer.assignmentId)).toMatchObject({ stored: 1, status: 'lost' });
  });
});

describe('a chunk that cannot be stored', () => {
  test('counts as never received, also with those after it: the node resends them', async () => {
    const { answer, receive, books, runOf, stored } = await running();
    await receive(answer.progress(answer.chunk([3])));
    const [second, third] = [answer.chunk([4]), answer.chunk([5])];
    books.fail('appendChunk');
    expect(await receive(answer.progress(second, third))).toEqual({ stored: 1, state: 'running' });
    expect(runOf(answer.assignmentId)).toMatchObject({ stored: 1, received: { count: 1, lastId: 3 } });
    expect(await receive(answer.progress(second, third))).toEqual({ stored: 3, state: 'running' });
    expect(stored.map(({ from }) => from)).toEqual([0, 1, 2]);
  });

  test('before anything was stored, the run starts at the head of its prompt again', async () => {
    const { answer, receive, books } = await running();
    const message = answer.progress(answer.chunk([3]));
    books.fail('appendChunk');
    expect(await receive(message)).toEqual({ stored: 0, state: 'running' });
    expect(await receive(message)).toEqual({ stored: 1, state: 'running' });
  });

  test('when the books cannot be read either, the node is told what was stored', async () => {
    const { answer, receive, books, queries } = await running();
    books.fail('appendChunk');
    queries.segment = () => Promise.reject(new Error('disk I/O error'));
    expect(await receive(answer.progress(answer.chunk([3])))).toEqual({ stored: 0, state: 'running' });
  });
});
