import { describe, expect, test } from 'vitest';
import { loss, refusal } from '#coordinator/judging/runEnd.ts';
import { mayBeRetried } from '#coordinator/swarm/tasks/runs/RunEndings.ts';
import { settle } from '#test/helpers/ManualClock.ts';
import { liveTask } from '#test/helpers/swarm/liveTasks.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

async function running(change: Parameters<Awaited<ReturnType<typeof openTaskRooms>>['submit']>[0] = {}) {
  const rooms = await openTaskRooms();
  const { record } = await rooms.submit({ maxTokens: 8, ...change });
  const answer = await rooms.start(record.taskId);
  return { ...rooms, taskId: record.taskId, answer };
}

const handOver = { event: 'hand_over', finish: 'yielded', reason: null, failure: false, weight: 0 } as const;

describe('the end of a run', () => {
  test('waits for what is being written, so that no stored token is lost', async () => {
    const { books, send, answer, endRun, taskId, life, assignmentOf, taskOf } = await running();
    const release = books.hold('appendChunk');
    const chunks = send(answer, [3, 4]);
    const end = endRun(taskId, loss('Lost.'));
    await settle();
    expect(life.run(answer.assignmentId)?.run.sealed).toBe(true);
    release();
    expect(await end).toBe('goes_on');
    await chunks;
    expect((await assignmentOf(answer.assignmentId)).stored).toBe(2);
    expect(taskOf(taskId).fixedDigest).not.toBeNull();
  });

  test('is told to the node, unless it handed the task over itself', async () => {
    const lost = await running();
    await lost.endRun(lost.taskId, loss('Lost.'));
    expect(lost.channels.sentOf('task:stop')).toEqual([
      { assignmentId: lost.answer.assignmentId, reason: 'superseded' },
    ]);
    const handed = await running();
    await handed.endRun(handed.taskId, handOver);
    expect(handed.channels.sentOf('task:stop')).toEqual([]);
  });

  test('completes the task when the stored answer is whole, and settles it', async () => {
    const { send, answer, endRun, taskId, recordOf, life, balanceOf, worker } = await running();
    await send(answer, [3, 4, 2]);
    expect(await endRun(taskId, loss('Lost.'))).toBe('over');
    expect(life.get(taskId)).toBeUndefined();
    expect(await recordOf(taskId)).toMatchObject({ status: 'completed', finish: 'eog', partial: false });
    expect(Number(await balanceOf(worker))).toBeGreaterThan(100);
  });

  test('at the limit of tokens completes the task as well', async () => {
    const { send, answer, endRun, taskId, recordOf } = await running({ maxTokens: 3 });
    await send(answer, [3, 4, 5]);
    expect(await endRun(taskId, loss('Lost.'))).toBe('over');
    expect(await recordOf(taskId)).toMatchObject({ status: 'completed', finish: 'length' });
  });

  test('refuses a whole answer that nobody may be paid for', async () => {
    const { send, answer, endRun, taskId, taskOf, assignmentOf } = await running({
      submission: { responseFormat: { type: 'json_schema', schema: {} } },
    });
    await send(answer, [3, 4, 2]);
    expect(await endRun(taskId, loss('Lost.'))).toBe('goes_on');
    expect(taskOf(taskId)).toMatchObject({ record: { attempt: 1, status: 'queued' }, fixedDigest: null });
    expect((await assignmentOf(answer.assignmentId)).status).toBe('rejected');
  });

  test('refuses what its node did not sign', async () => {
    const { progress, worker, answer, endRun, taskId, assignmentOf } = await running();
    const chunk = { ...answer.chunk([3, 4]), signature: 'B'.repeat(86) };
    await progress.receive(worker.nodeId, answer.progress(chunk));
    expect(await endRun(taskId, handOver)).toBe('goes_on');
    expect(await assignmentOf(answer.assignmentId)).toMatchObject({
      status: 'rejected',
      reason: 'The signature over the chunks does not match.',
    });
  });

  test('pauses the node, longer with each failure', async () => {
    const { endRun, taskId, taskOf, clock, worker, start } = await running();
    const pauseOf = () => (taskOf(taskId).coolDown.get(worker.nodeId)?.until ?? 0) - clock.monotonic();
    await endRun(taskId, loss('Lost.'));
    expect(pauseOf()).toBe(1000);
    await start(taskId);
    await endRun(taskId, loss('Lost.'));
    expect(pauseOf()).toBe(2000);
    await start(taskId);
    await endRun(taskId, handOver);
    expect(pauseOf()).toBe(250);
  });

  test('does nothing when there is no run, or no task', async () => {
    const rooms = await openTaskRooms();
    const { record } = await rooms.submit();
    expect(await rooms.endRun(record.taskId, loss('Lost.'))).toBe('goes_on');
    rooms.life.end(record.taskId, { record: null, runEvent: 'lose' });
    expect(await rooms.endRun(record.taskId, loss('Lost.'))).toBe('over');
  });
});

describe('retries', () => {
  test('three failures end the task', async () => {
    const { endRun, taskId, start, newWorker, recordOf } = await running();
    expect(await endRun(taskId, loss('Lost.'))).toBe('goes_on');
    await start(taskId, await newWorker());
    expect(await endRun(taskId, refusal('Bad.'))).toBe('goes_on');
    await start(taskId, await newWorker());
    expect(await endRun(taskId, loss('Lost.'))).toBe('over');
    await settle();
    expect(await recordOf(taskId)).toMatchObject({
      status: 'failed',
      billStatus: 'refunded',
      reason: 'It was tried 3 times without success.',
    });
  });

  test('eight assignments end the task, whoever is to blame', async () => {
    const { endRun, taskId, start, newWorker, recordOf, send, answer } = await running();
    await send(answer, [3]);
    for (let assignments = 1; assignments < 8; assignments += 1) {
      expect(await endRun(taskId, handOver)).toBe('goes_on');
      await start(taskId, await newWorker());
    }
    expect(await endRun(taskId, handOver)).toBe('over');
    await settle();
    // What arrived is kept and paid.
    expect(await recordOf(taskId)).toMatchObject({ status: 'failed', partial: true, billStatus: 'settled' });
  });

  test('a task may be retried below both limits', () => {
    expect(mayBeRetried(liveTask({ failures: 2, assignments: 7 }))).toBe(true);
    expect(mayBeRetried(liveTask({ failures: 3, assignments: 3 }))).toBe(false);
    expect(mayBeRetried(liveTask({ failures: 0, assignments: 8 }))).toBe(false);
  });
});

describe('an end that cannot be stored', () => {
  test('leaves the run going: chunks are received again, and the end may be retried', async () => {
    const { books, send, answer, endRun, taskId, runOf, taskOf } = await running();
    await send(answer, [3]);
    books.fail('endAssignment');
    await expect(endRun(taskId, loss('Lost.'))).rejects.toMatchObject({ code: 'storage_full' });
    expect(runOf(answer.assignmentId).sealed).toBe(false);
    expect(await send(answer, [4])).toEqual({ stored: 2, state: 'running' });
    expect(await endRun(taskId, loss('Lost.'))).toBe('goes_on');
    expect(taskOf(taskId).runs.size).toBe(0);
  });

  test('also when the answer that is to be judged cannot be read', async () => {
    const { queries, send, answer, endRun, taskId, runOf } = await running({ maxTokens: 3 });
    await send(answer, [3, 4, 5]);
    const readAnswer = queries.answerFrom.bind(queries);
    queries.answerFrom = () => Promise.reject(new Error('disk I/O error'));
    await expect(endRun(taskId, loss('Lost.'))).rejects.toThrow('disk I/O error');
    expect(runOf(answer.assignmentId).sealed).toBe(false);
    queries.answerFrom = readAnswer;
    expect(await endRun(taskId, loss('Lost.'))).toBe('over');
  });
});
