import { expect, test, vi } from 'vitest';
import { joinNode, joinWorker, startSwarm, until } from './startSwarm.ts';
import type { ScriptedNode } from './ScriptedNode.ts';

/** Answers whatever it gets. */
async function eagerWorker(swarm: Awaited<ReturnType<typeof startSwarm>>): Promise<void> {
  const node = await joinNode(swarm);
  node.onAssign = async (answer) => {
    await answer.send(answer.chunk([10, 2]));
    await answer.finish('eog');
  };
  for (const answer of node.answers) await node.onAssign(answer);
}

async function pair() {
  const swarm = await startSwarm();
  const node = await joinWorker(swarm);
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  return { swarm, node, requester };
}

function completed(requester: ScriptedNode) {
  return until(() => requester.events.find(({ event }) => event.type === 'task:completed')?.event);
}

function endOf(requester: ScriptedNode, taskId: string) {
  return requester.events
    .flatMap(({ event }) => (event.type === 'task:completed' ? [event.task] : []))
    .find((task) => task.taskId === taskId);
}

test('the first chunk must bring the ids of the prompt', async () => {
  const { node, requester } = await pair();
  await requester.submit();
  const answer = await until(() => node.answers[0]);
  const { assignmentId } = answer.assign;
  expect(await node.request('task:progress', { assignmentId, chunks: [answer.chunk([10])] })).toMatchObject({
    ok: false,
    error: { code: 'invalid_message', field: 'payload.promptIds' },
  });
});

test('a result that was refused stays refused, with its reason, however often it is sent', async () => {
  const { node, requester } = await pair();
  await requester.submit();
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10, 11]));
  const wrong = answer.result('eog', { seed: 1 });
  const refused = { payload: { state: 'rejected', reason: 'The result was made with another seed.' } };
  expect(await node.request('task:result', wrong)).toMatchObject(refused);
  expect(await node.request('task:result', wrong)).toMatchObject(refused);
});

test('a node that refuses what it had accepted loses it to another', async () => {
  const { swarm, node, requester } = await pair();
  node.refusesAssign = true;
  await requester.submit();
  await eagerWorker(swarm);
  expect(await completed(requester)).toMatchObject({ text: ' t10' });
  expect(node.answers).toEqual([]);
});

test('a text that could not be sent lets the lease run out, and another node takes the task', async () => {
  const { swarm, node, requester } = await pair();
  const { channels } = swarm.coordinator.rooms;
  const { request } = channels;
  vi.spyOn(channels, 'request').mockImplementation((nodeId, type, ...rest) =>
    nodeId !== node.nodeId
      ? request(nodeId, type, ...rest)
      : type === 'task:assign'
        ? Promise.reject(new Error('The socket broke'))
        : Promise.resolve({ ok: true, payload: { answer: 'accept', estimateMs: 1000 } } as never),
  );
  await requester.submit();
  await eagerWorker(swarm);
  expect(await completed(requester)).toMatchObject({ text: ' t10' });
});

test('an answer that is whole completes the task, though its node gives it up', async () => {
  const { node, requester } = await pair();
  await requester.submit({ maxTokens: 2 });
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10, 11]));
  const gaveUp = answer.result('eog', { outcome: { kind: 'gave_up', reason: 'internal' } });
  expect(await node.request('task:result', gaveUp)).toMatchObject({ ok: true });
  expect(await completed(requester)).toMatchObject({
    text: ' t10 t11',
    task: { status: 'completed', outputTokens: 2, partial: false },
  });
});

test('ids without text are not paid, however their run ends: lost, cancelled, out of time, or given up', async () => {
  const { swarm, node, requester } = await pair();
  const silent = Array.from({ length: 17 }, () => 10);
  const earned = async () => (await node.ask('account:read', {})).balances.earned;
  const before = await earned();
  const begin = async (change: Parameters<ScriptedNode['submit']>[0]) => {
    node.answers.length = 0;
    const { taskId } = await requester.submit({ maxTokens: 40, ...change });
    const answer = await until(() => node.answers[0]);
    await answer.send(answer.chunk(silent, ''));
    return { taskId, answer };
  };

  const cancelled = await begin({});
  const view = await requester.ask('task:cancel', { taskId: cancelled.taskId });
  expect(view).toMatchObject({ status: 'cancelled', partial: false, outputTokens: 0, credits: '0' });
  const expired = await begin({ deadlineMs: 1000 });
  const late = await until(() => endOf(requester, expired.taskId));
  expect(late).toMatchObject({ status: 'expired', partial: false, outputTokens: 0, credits: '0' });

  const givenUp = await begin({});
  const gaveUp = givenUp.answer.result('eog', { outcome: { kind: 'gave_up', reason: 'internal' } });
  const refused = { payload: { state: 'rejected', reason: 'The result has more tokens than text.' } };
  expect(await node.request('task:result', gaveUp)).toMatchObject(refused);
  await requester.ask('task:cancel', { taskId: givenUp.taskId });

  const lost = await begin({});
  node.close();
  await until(() => swarm.coordinator.rooms.nodes.get(node.nodeId) === undefined);
  await eagerWorker(swarm);
  const done = await until(() => endOf(requester, lost.taskId));
  expect(done).toMatchObject({ status: 'completed', attempt: 1, outputTokens: 2 });
  await node.connect();
  expect(await lost.answer.finish('eog')).toMatchObject(refused);
  expect(await earned()).toBe(before);
});

/** Sends a whole answer of blanks: what a model that has nothing to say would write. */
async function sendBlanks(node: ScriptedNode) {
  const answer = await until(() => node.answers.at(-1));
  node.answers.length = 0;
  await answer.send(answer.chunk([...Array.from({ length: 9 }, () => 10), 2], ' '.repeat(10)));
  const gaveUp = answer.result('eog', { outcome: { kind: 'gave_up', reason: 'internal' } });
  return { giveUp: () => node.request('task:result', gaveUp) };
}

/** The prompt of 20 bytes: 5 tokens at a fifth of 0.05 per 1,000, at the least quality that pays, and the fee. */
const promptPrice = '0.000042';

test('a whole answer whose node does not say its end is judged as any other: an odd one is retried once', async () => {
  const { node, requester } = await pair();
  const { taskId } = await requester.submit({ maxTokens: 100, quality: 'fast' });
  expect(await (await sendBlanks(node)).giveUp()).toMatchObject({
    payload: { state: 'rejected', reason: 'The answer was empty; the task is retried once.' },
  });
  expect(await (await sendBlanks(node)).giveUp()).toMatchObject({ payload: { state: 'accepted' } });
  const task = await until(() => endOf(requester, taskId));
  expect(task).toMatchObject({ status: 'completed', attempt: 1, quality: { score: 35 }, credits: promptPrice });
  expect(task?.reason).toContain('only the prompt is charged');
});

test.for([
  ['cancelled', 'cancelled', 20_000],
  ['out of time', 'failed', 3000],
] as const)(
  'a whole odd answer of a task that is %s costs nothing, the second one its prompt',
  async ([, status, deadlineMs]) => {
    const { node, requester } = await pair();
    const end = async (taskId: string) => {
      if (status === 'cancelled') await requester.ask('task:cancel', { taskId });
      return until(() => endOf(requester, taskId));
    };
    const first = await requester.submit({ maxTokens: 100, quality: 'fast', deadlineMs });
    await sendBlanks(node);
    expect(await end(first.taskId)).toMatchObject({ partial: false, outputTokens: 0, credits: '0' });
    const second = await requester.submit({ maxTokens: 100, quality: 'fast', deadlineMs });
    await (await sendBlanks(node)).giveUp();
    await sendBlanks(node);
    expect(await end(second.taskId)).toMatchObject({ status, partial: true, outputTokens: 10, credits: promptPrice });
  },
);

test('a task that finds no node ends at its deadline', async () => {
  const { swarm, requester } = await pair();
  const { taskId } = await requester.submit({ type: 'chat', deadlineMs: 1000 });
  await until(() => swarm.coordinator.rooms.life.get(taskId));
  await until(() => swarm.coordinator.rooms.life.get(taskId) === undefined);
  const { task: ended } = await requester.ask('task:follow', { taskId, attempt: 0, from: 0 });
  expect(ended).toMatchObject({ status: 'expired', credits: '0' });
});
