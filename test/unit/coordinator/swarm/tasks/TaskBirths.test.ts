import { describe, expect, test } from 'vitest';
import { loss } from '#coordinator/judging/runEnd.ts';
import { workRun } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { longestBlockedMs } from '#coordinator/swarm/tasks/recoverTasks.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';
import { SignedAnswer } from '#test/helpers/swarm/SignedAnswer.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

type Rooms = Awaited<ReturnType<typeof openTaskRooms>>;

/** Forgets all live tasks and takes them up again from the books, as a restart does. */
async function restart({ life, births }: Rooms): Promise<void> {
  for (const { record } of life.all()) life.end(record.taskId, { record: null, runEvent: 'lose' });
  await births.recover();
}

describe('a new task', () => {
  test('has its deadline from now on', async () => {
    const { submit, clock } = await openTaskRooms();
    const now = clock.monotonic();
    const { acceptedAt, deadline, runs } = await submit({ submission: { deadlineMs: 5000 } });
    expect({ acceptedAt, deadline, runs: runs.size }).toEqual({ acceptedAt: now, deadline: now + 5000, runs: 0 });
  });

  test('that builds on others may wait a day for them', async () => {
    const { submit, clock } = await openTaskRooms();
    const parent = await submit();
    const child = await submit({ parents: [parent.record.taskId] });
    expect(child.deadline).toBe(clock.monotonic() + longestBlockedMs);
  });
});

describe('a task that is unblocked', () => {
  test('twice, or although its parents are not done, stays as it is', async () => {
    const { submit, births, taskOf, changes } = await openTaskRooms();
    const parent = await submit();
    const child = await submit({ parents: [parent.record.taskId] });
    const before = changes.length;
    await births.unblock(child.record.taskId);
    await births.unblock(parent.record.taskId);
    await births.unblock('unknown');
    expect(taskOf(child.record.taskId)).toBe(child);
    expect(changes).toHaveLength(before);
  });
});

describe('after a restart', () => {
  test('tasks that wait and tasks that are blocked keep their age and their deadlines', async () => {
    const rooms = await openTaskRooms();
    const { submit, clock, taskOf } = rooms;
    const born = clock.monotonic();
    const parent = await submit({ submission: { deadlineMs: 60_000 } });
    const child = await submit({ parents: [parent.record.taskId] });
    await clock.advance(10_000);
    await restart(rooms);
    expect(taskOf(parent.record.taskId)).toMatchObject({ acceptedAt: born, deadline: born + 60_000, runs: new Map() });
    expect(taskOf(child.record.taskId)).toMatchObject({ acceptedAt: born, deadline: born + longestBlockedMs });
  });

  test('a run that was going on goes on at its node, from what is stored', async () => {
    const rooms = await openTaskRooms();
    const { submit, start, send, runOf, worker, progress } = rooms;
    const { taskId } = (await submit()).record;
    const answer = await start(taskId);
    await send(answer, [3, 4], worker);
    const before = runOf(answer.assignmentId);
    await restart(rooms);
    const after = runOf(answer.assignmentId);
    expect(after).toMatchObject({
      recovered: true,
      taken: true,
      stored: 2,
      nodeKey: worker.nodeKey,
      shape: scriptedModel.shape,
      promptIds: answer.promptIds,
      received: before.received,
    });
    const again = new SignedAnswer(after, worker.key);
    expect(await progress.receive(worker.nodeId, again.progress(again.chunk([5])))).toEqual({
      stored: 3,
      state: 'running',
    });
  });

  test('a run without a token waits for its prompt again', async () => {
    const rooms = await openTaskRooms();
    const { submit, start, send, runOf } = rooms;
    const answer = await start((await submit()).record.taskId);
    await restart(rooms);
    expect(runOf(answer.assignmentId)).toMatchObject({ taken: false, promptIds: null, received: { head: null } });
    expect(await send(answer, [3])).toEqual({ stored: 1, state: 'running' });
  });

  test('a continuation knows the prompt and the prefix of the run before', async () => {
    const rooms = await openTaskRooms();
    const { submit, start, send, runOf, other, endRun, taskOf, worker } = rooms;
    const { taskId } = (await submit({ maxTokens: 8 })).record;
    const first = await start(taskId);
    await send(first, [3, 4]);
    await endRun(taskId, loss('Lost.'));
    const second = await start(taskId, other);
    await restart(rooms);
    const run = runOf(second.assignmentId);
    expect(run).toMatchObject({ prefixIds: [3, 4], promptIds: first.promptIds, assignment: { startIndex: 2 } });
    const again = new SignedAnswer(run, other.key);
    expect(await send(again, [5, 2], other)).toEqual({ stored: 2, state: 'running' });
    expect([...taskOf(taskId).failedBy]).toEqual([worker.nodeId]);
    expect(taskOf(taskId)).toMatchObject({
      fixedDigest: scriptedModel.digest,
      neededContext: first.promptIds.length + 8,
    });
  });

  test('runs of an attempt that was started over are left behind', async () => {
    const rooms = await openTaskRooms();
    const { submit, start, send, taskOf, progress, worker } = rooms;
    const { taskId } = (await submit()).record;
    const answer = await start(taskId);
    await send(answer, [3, 4]);
    const bad = { ...answer.chunk([5]), chain: 'A'.repeat(43) };
    await progress.receive(worker.nodeId, answer.progress(bad)).catch(() => undefined);
    await restart(rooms);
    expect(taskOf(taskId)).toMatchObject({ fixedDigest: null, record: { attempt: 1 }, failedBy: new Set() });
    expect(workRun(taskOf(taskId))).toBeNull();
  });

  test('tasks that were over stay so', async () => {
    const rooms = await openTaskRooms();
    const { submit, life, endings, taskOf } = rooms;
    const { taskId } = (await submit()).record;
    await life.inTurn(taskId, () => endings.cancel(taskOf(taskId)));
    await restart(rooms);
    expect(life.size).toBe(0);
  });
});
