import { describe, expect, test } from 'vitest';
import { loss } from '#coordinator/judging/runEnd.ts';
import { openTaskRooms, type TaskChange, type TaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

async function running(change: TaskChange = {}, swarm: { private?: boolean } = {}) {
  const rooms = await openTaskRooms(swarm);
  const { record } = await rooms.submit({ maxTokens: 8, ...change });
  const answer = await rooms.start(record.taskId);
  return { ...rooms, rooms, taskId: record.taskId, answer, receive: receiveFrom(rooms, rooms.worker.nodeId) };
}

function receiveFrom({ results }: TaskRooms, nodeId: string) {
  return (message: Parameters<typeof results.receive>[1]) => results.receive(nodeId, message);
}

/** Has eight tokens, of which the last ends the answer. */
const whole = [3, 4, 5, 6, 7, 8, 9, 2];

describe('a delivered answer', () => {
  test('completes and pays its task; the same result again is accepted, and settles nothing twice', async () => {
    const { rooms, answer, receive, taskId, worker, life, balanceOf, recordOf } = await running();
    await rooms.send(answer, whole);
    expect(await receive(answer.delivered('eog'))).toEqual({ state: 'accepted' });
    expect(life.get(taskId)).toBeUndefined();
    expect(await recordOf(taskId)).toMatchObject({ status: 'completed', billStatus: 'settled', finish: 'eog' });
    const balance = await balanceOf(worker);
    expect(Number(balance)).toBeGreaterThan(100);
    expect(await receive(answer.delivered('eog'))).toEqual({ state: 'accepted' });
    expect(await balanceOf(worker)).toBe(balance);
  });

  test('with chunks that never came is incomplete, and the run goes on', async () => {
    const { rooms, answer, receive, runOf } = await running();
    await rooms.send(answer, [3, 4]);
    const rest = answer.chunk(whole.slice(2));
    expect(await receive(answer.delivered('eog'))).toEqual({ state: 'incomplete', stored: 2 });
    expect(runOf(answer.assignmentId).sealed).toBe(false);
    await rooms.progress.receive(rooms.worker.nodeId, answer.progress(rest));
    expect(await receive(answer.delivered('eog'))).toEqual({ state: 'accepted' });
  });

  test('waits for chunks that are being stored', async () => {
    const { rooms, answer, receive } = await running();
    const release = rooms.books.hold('appendChunk');
    const chunks = rooms.send(answer, whole);
    const result = receive(answer.delivered('eog'));
    release();
    await chunks;
    expect(await result).toEqual({ state: 'accepted' });
  });

  test.each([
    ['another model', { modelDigest: 'cd'.repeat(32) }],
    ['another seed', { seed: 4_000_000_000 }],
    ['another prompt', { promptIds: [9] }],
    ['an end that is none', { outcome: { kind: 'delivered', finish: 'length', count: 8 } }],
  ] as const)('with %s is rejected, and starts over', async (_, change) => {
    const { rooms, answer, receive, taskId, worker, balanceOf, taskOf } = await running();
    await rooms.send(answer, whole);
    const message = answer.delivered('eog', change as Partial<Parameters<typeof receive>[0]>);
    expect(await receive(message)).toMatchObject({ state: 'rejected' });
    expect(taskOf(taskId)).toMatchObject({ fixedDigest: null, record: { attempt: 1, failures: 1 } });
    expect(await balanceOf(worker)).toBe('100');
    // Whoever asks again gets the same reply.
    expect(await receive(answer.delivered('eog'))).toMatchObject({ state: 'rejected' });
  });

  test('whose last chunk another key signed is rejected', async () => {
    const { rooms, answer, receive, worker, other } = await running();
    const chunk = answer.chunk(whole);
    const claim = { assignmentId: answer.assignmentId, count: 8, chain: chunk.chain };
    const signature = other.key.sign('chunk', claim);
    await rooms.progress.receive(worker.nodeId, answer.progress({ ...chunk, signature }));
    expect(await receive(answer.delivered('eog'))).toMatchObject({
      state: 'rejected',
      reason: 'The signature over the chunks does not match.',
    });
  });

  test('that the node gave back is continued by another one, which is no failure', async () => {
    const { rooms, answer, receive, taskId, other, taskOf, recordOf, worker, balanceOf } = await running();
    await rooms.send(answer, [3, 4, 5]);
    expect(await receive(answer.delivered('yielded'))).toEqual({ state: 'accepted' });
    expect(taskOf(taskId)).toMatchObject({ record: { status: 'queued', failures: 0 }, runs: new Map() });
    const second = await rooms.start(taskId, other);
    expect(rooms.runOf(second.assignmentId)).toMatchObject({ prefixIds: [3, 4, 5], promptIds: answer.promptIds });
    await rooms.send(second, [6, 2], other);
    expect(await rooms.results.receive(other.nodeId, second.delivered('eog'))).toEqual({ state: 'accepted' });
    expect(await recordOf(taskId)).toMatchObject({ status: 'completed' });
    expect(Number(await balanceOf(worker))).toBeGreaterThan(100);
    expect(Number(await balanceOf(other))).toBeGreaterThan(100);
  });

  test('that is odd is retried once; the second one is kept, and costs the prompt alone', async () => {
    const { rooms, answer, receive, taskId, other, recordOf, assignmentOf } = await running();
    await rooms.progress.receive(rooms.worker.nodeId, answer.progress(answer.chunk([3, 2], '  ')));
    expect(await receive(answer.delivered('eog'))).toMatchObject({ state: 'rejected' });
    expect(rooms.taskOf(taskId)).toMatchObject({ oddBefore: true, record: { failures: 0, attempt: 1 } });
    const second = await rooms.start(taskId, other);
    await rooms.progress.receive(other.nodeId, second.progress(second.chunk([3, 2], '  ')));
    expect(await rooms.results.receive(other.nodeId, second.delivered('eog'))).toEqual({ state: 'accepted' });
    const record = await recordOf(taskId);
    expect(record).toMatchObject({ status: 'completed', reason: expect.stringContaining('only the prompt') as string });
    expect(record.cost).toBeGreaterThan(0n);
    expect((await assignmentOf(answer.assignmentId)).reward).toBe(0n);
  });

  test('that cannot be settled now is settled when its node sends the result again', async () => {
    const { rooms, answer, receive, taskId, runOf, recordOf } = await running();
    await rooms.send(answer, whole);
    rooms.books.fail('finishTask');
    await expect(receive(answer.delivered('eog'))).rejects.toMatchObject({ code: 'storage_full' });
    expect(runOf(answer.assignmentId).sealed).toBe(false);
    expect(await receive(answer.delivered('eog'))).toEqual({ state: 'accepted' });
    expect((await recordOf(taskId)).status).toBe('completed');
  });
});

describe('a node that gives up', () => {
  test('hands the task over, which is a failure', async () => {
    const { answer, receive, taskId, taskOf } = await running();
    expect(await receive(answer.gaveUp('model_failed'))).toEqual({ state: 'accepted' });
    expect(taskOf(taskId)).toMatchObject({ record: { failures: 1, status: 'queued' } });
    expect(taskOf(taskId).failedBy.size).toBe(1);
  });

  test('since the prompt is too long is no failure, and smaller models are not asked again', async () => {
    const { rooms, answer, receive, taskId, taskOf } = await running();
    const { contextSize } = rooms.runOf(answer.assignmentId).shape;
    expect(await receive(answer.gaveUp('prompt_too_long', 3000))).toEqual({ state: 'accepted' });
    expect(taskOf(taskId)).toMatchObject({ record: { failures: 0 }, neededContext: 3000 + 8 });
    expect(3008).toBeGreaterThan(contextSize);
  });

  test('with an absurdly short prompt still needs more than its own context', async () => {
    const { rooms, answer, receive, taskId, taskOf } = await running();
    const { contextSize } = rooms.runOf(answer.assignmentId).shape;
    await receive(answer.gaveUp('prompt_too_long', 1));
    expect(taskOf(taskId).neededContext).toBe(contextSize + 1);
  });
});

describe('a late result', () => {
  test('of a lost run is superseded, and the task goes on', async () => {
    const { rooms, answer, receive, taskId } = await running();
    await rooms.send(answer, [3]);
    await rooms.endRun(taskId, loss('Lost.'));
    expect(await receive(answer.delivered('yielded'))).toEqual({ state: 'superseded' });
    expect(rooms.taskOf(taskId).record.status).toBe('queued');
  });

  test('of a cancelled task is cancelled', async () => {
    const { rooms, answer, receive, taskId } = await running();
    await rooms.life.inTurn(taskId, () => rooms.endings.cancel(rooms.taskOf(taskId)));
    expect(await receive(answer.delivered('eog'))).toEqual({ state: 'cancelled' });
  });

  test('that waited for its turn while the run ended gets what the books say', async () => {
    const { rooms, answer, receive, taskId } = await running();
    await rooms.send(answer, [3]);
    const end = rooms.endRun(taskId, loss('Lost.'));
    expect(await receive(answer.delivered('yielded'))).toEqual({ state: 'superseded' });
    expect(await end).toBe('goes_on');
  });

  test('of another node’s assignment is refused, and told', async () => {
    const { rooms, answer, taskId, other, foreign } = await running();
    const receive = receiveFrom(rooms, other.nodeId);
    await expect(receive(answer.delivered('eog'))).rejects.toMatchObject({ code: 'assignment_foreign' });
    await rooms.endRun(taskId, loss('Lost.'));
    await expect(receive(answer.delivered('eog'))).rejects.toMatchObject({ code: 'assignment_foreign' });
    expect(foreign).toHaveLength(2);
    const unknown = answer.delivered('eog', { assignmentId: rooms.nextId() });
    await expect(receive(unknown)).rejects.toMatchObject({ code: 'assignment_unknown' });
  });
});
