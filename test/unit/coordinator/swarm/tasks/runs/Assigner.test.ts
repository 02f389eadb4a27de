import { describe, expect, test } from 'vitest';
import { lossOf } from '#coordinator/judging/runEnd.ts';
import type { LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { recoverTasks } from '#coordinator/swarm/tasks/recoverTasks.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import { settle } from '#test/helpers/ManualClock.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

async function withTask() {
  const rooms = await openTaskRooms();
  const { record } = await rooms.submit({ maxTokens: 8 });
  const { taskId } = record;
  const offer = rooms.offerOf(rooms.worker);
  return { ...rooms, taskId, offer };
}

/** A run that stored two tokens and whose lease lapsed. */
async function withLapsedRun() {
  const rooms = await withTask();
  const answer = await rooms.start(rooms.taskId);
  await rooms.send(answer, [3, 4]);
  rooms.life.sendRun(answer.assignmentId, { type: 'lapsed' });
  return { ...rooms, answer };
}

describe('an accepted offer', () => {
  test('is stored before the text leaves', async () => {
    const { books, channels, assign, taskId, offer, life, assignmentOf } = await withTask();
    const release = books.hold('assignTask');
    const assigned = assign(taskId, offer);
    await settle();
    expect(channels.sentOf('task:assign')).toEqual([]);
    expect(life.run(offer.assignmentId)).toBeUndefined();
    release();
    expect(await assigned).toBe(true);
    expect(await assignmentOf(offer.assignmentId)).toMatchObject({ status: 'running', startIndex: 0 });
    expect(channels.sentOf('task:assign')).toMatchObject([
      { assignmentId: offer.assignmentId, taskId, own: false, input: { scheme: 'plain' }, sampler: { maxTokens: 8 } },
    ]);
  });

  test('becomes a run with the terms of the offer, which has the text once its node acknowledged it', async () => {
    const { assign, taskId, offer, runOf, taskOf, worker } = await withTask();
    await assign(taskId, offer);
    expect(taskOf(taskId).record).toMatchObject({ status: 'running', assignments: 1 });
    await settle();
    expect(runOf(offer.assignmentId)).toMatchObject({
      nodeKey: worker.nodeKey,
      shape: scriptedModel.shape,
      taken: true,
      stored: 0,
      assignment: { estimateMs: 100, sampler: { mode: 'sampled' } },
    });
  });

  test('that cannot be stored is the caller’s to retry; nothing runs', async () => {
    const { books, assign, taskId, offer, taskOf, channels } = await withTask();
    books.fail('assignTask');
    await expect(assign(taskId, offer)).rejects.toMatchObject({ code: 'storage_full' });
    expect(taskOf(taskId)).toMatchObject({ runs: new Map(), record: { status: 'queued' } });
    expect(channels.sentOf('task:assign')).toEqual([]);
    expect(await assign(taskId, offer)).toBe(true);
  });

  test('of a node that the books refuse comes to nothing', async () => {
    const { assign, taskId, offer, taskOf } = await withTask();
    const stranger = { ...offer.candidate.node, nodeId: 'node_stranger' };
    expect(await assign(taskId, { ...offer, candidate: { ...offer.candidate, node: stranger } })).toBe(false);
    expect(taskOf(taskId).runs.size).toBe(0);
  });

  test('comes to nothing when the task is over, or has a run that is alive', async () => {
    const { assigner, assign, taskId, offer, offerOf, other, endings, life, taskOf } = await withTask();
    await assign(taskId, offer);
    expect(await assign(taskId, offerOf(other))).toBe(false);
    const ticket = workTicket(taskOf(taskId), { private: true });
    await life.inTurn(taskId, () => endings.cancel(taskOf(taskId)));
    expect(await assigner.assign(ticket, offerOf(other))).toBe(false);
  });

  test('a requested temperature of zero is greedy', async () => {
    const rooms = await openTaskRooms();
    const { record } = await rooms.submit({ submission: { temperature: 0 } });
    const answer = await rooms.start(record.taskId);
    expect(rooms.runOf(answer.assignmentId).assignment.sampler).toMatchObject({ mode: 'greedy', temperature: 0 });
  });

  test('tells the node whose task it is, by pseudonym', async () => {
    const rooms = await openTaskRooms();
    const { record } = await rooms.submit();
    await rooms.start(record.taskId, rooms.asker);
    const { accountId } = rooms.asker;
    expect(rooms.channels.sentOf('task:assign')).toMatchObject([
      { own: true, requester: `pseudonym of ${accountId}`, deadlineMs: 60_000 },
    ]);
  });
});

describe('a node that accepted', () => {
  test.each(['timeout', 'not_connected'] as const)('and answers %s keeps the run: its lease decides', async (code) => {
    const { channels, assign, taskId, offer, clock, runOf } = await withTask();
    channels.answers = { 'task:assign': () => ({ ok: false, code }) };
    await assign(taskId, offer);
    await clock.advance(10);
    expect(runOf(offer.assignmentId).taken).toBe(false);
  });

  test('and refuses the text loses the run', async () => {
    const { channels, assign, taskId, offer, clock, taskOf, assignmentOf } = await withTask();
    channels.answers = { 'task:assign': () => ({ ok: false, code: 'unsupported' }) };
    expect(await assign(taskId, offer)).toBe(true);
    await clock.advance(10);
    expect(taskOf(taskId)).toMatchObject({ runs: new Map(), record: { status: 'queued', failures: 1 } });
    expect(await assignmentOf(offer.assignmentId)).toMatchObject({
      status: 'lost',
      reason: 'The node refused what it had accepted.',
    });
  });
});

describe('a task whose run lapsed', () => {
  test('is continued by another node: the lapsed run ends first', async () => {
    const { assign, taskId, offerOf, other, answer, assignmentOf, channels, taskOf, runOf } = await withLapsedRun();
    const offer = offerOf(other);
    expect(await assign(taskId, offer)).toBe(true);
    expect(await assignmentOf(answer.assignmentId)).toMatchObject({
      status: 'lost',
      stored: 2,
      reason: 'Its lease lapsed and another node took the task.',
    });
    expect(taskOf(taskId)).toMatchObject({ record: { failures: 1, assignments: 2 } });
    expect(runOf(offer.assignmentId)).toMatchObject({
      prefixIds: [3, 4],
      promptIds: answer.promptIds,
      assignment: { startIndex: 2, sampler: { maxTokens: 6 } },
    });
    expect(channels.sentOf('task:assign').at(-1)).toMatchObject({
      input: { scheme: 'continue', promptIds: answer.promptIds, prefixIds: [3, 4] },
    });
    expect(channels.sentOf('task:stop')).toEqual([{ assignmentId: answer.assignmentId, reason: 'superseded' }]);
  });

  test('stays with its node when that came back in time', async () => {
    const { assign, taskId, offerOf, other, answer, life, runOf } = await withLapsedRun();
    life.sendRun(answer.assignmentId, { type: 'revived' });
    expect(await assign(taskId, offerOf(other))).toBe(false);
    expect(runOf(answer.assignmentId).lapsed).toBe(false);
  });

  test('is not given to a node with another model, since tokens are stored', async () => {
    const { assign, taskId, offerOf, other, taskOf } = await withLapsedRun();
    expect(await assign(taskId, offerOf(other, { digest: 'cd'.repeat(32) }))).toBe(false);
    expect(taskOf(taskId).runs.size).toBe(0);
  });

  test('completes when its stored answer turns out to be whole', async () => {
    const rooms = await withTask();
    const answer = await rooms.start(rooms.taskId);
    await rooms.send(answer, [3, 4, 2]);
    rooms.life.sendRun(answer.assignmentId, { type: 'lapsed' });
    expect(await rooms.assign(rooms.taskId, rooms.offerOf(rooms.other))).toBe(false);
    expect(await rooms.recordOf(rooms.taskId)).toMatchObject({ status: 'completed', finish: 'eog' });
  });

  test('fails when this was its last try', async () => {
    const { assign, taskId, start, life, offerOf, other, newWorker, recordOf } = await withTask();
    for (let failures = 0; failures < 3; failures += 1) {
      const answer = await start(taskId, await newWorker());
      life.sendRun(answer.assignmentId, { type: 'lapsed' });
      if (failures < 2) continue;
      expect(await assign(taskId, offerOf(other))).toBe(false);
    }
    await settle();
    expect(await recordOf(taskId)).toMatchObject({ status: 'failed', failures: 3 });
  });
});

test('a task whose last try failed before a restart is not tried again, but fails', async () => {
  const { assign, taskId, offer, life, taskOf, clock, recordOf } = await withTask();
  const tried = taskOf(taskId);
  life.adopt({ ...tried, record: { ...tried.record, failures: 3, assignments: 3 } });
  expect(await assign(taskId, offer)).toBe(false);
  await clock.advance(1);
  expect((await recordOf(taskId)).status).toBe('failed');
});

describe('a run of before a restart whose node does not come back', () => {
  async function afterRestart(ids: readonly number[]) {
    const before = await withTask();
    const answer = await before.start(before.taskId);
    if (ids.length > 0) await before.send(answer, ids);
    before.life.end(before.taskId, { record: null, runEvent: 'lose' });
    const shapeOf = () => scriptedModel.shape;
    const [task] = await recoverTasks({ clock: before.clock, queries: before.queries, shapeOf });
    before.life.adopt(task as LiveTask);
    before.life.sendRun(answer.assignmentId, { type: 'lapsed' });
    return { ...before, answer };
  }

  test('counts as nobody’s failure; what it stored is kept and continued', async () => {
    const { assign, taskId, offerOf, other, answer, assignmentOf, taskOf, runOf } = await afterRestart([3, 4]);
    const offer = offerOf(other);
    expect(await assign(taskId, offer)).toBe(true);
    expect(await assignmentOf(answer.assignmentId)).toMatchObject({
      status: 'lost',
      reason: lossOf({ recovered: true, stored: 2 }, '').reason,
    });
    expect(taskOf(taskId).record.failures).toBe(0);
    expect(taskOf(taskId).failedBy.size).toBe(0);
    expect(runOf(offer.assignmentId).prefixIds).toEqual([3, 4]);
  });

  test('without a token does not count as one that its node ended', async () => {
    const { assign, taskId, offerOf, other, answer, assignmentOf, taskOf, queries, worker, clock } = await afterRestart(
      [],
    );
    expect(await assign(taskId, offerOf(other))).toBe(true);
    expect((await assignmentOf(answer.assignmentId)).status).toBe('superseded');
    expect(taskOf(taskId).record.failures).toBe(0);
    const ends = await queries.emptyEnds(worker.nodeId, { since: clock.now() - 3_600_000, ofLast: 20 });
    expect(ends.empty).toBe(0);
  });
});
