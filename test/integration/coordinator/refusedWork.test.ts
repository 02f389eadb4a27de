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
  const refused = { payload: { state: 'rejected', reason: 'It was made with another seed.' } };
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
  const session = swarm.coordinator.rooms.nodes.get(node.nodeId)?.session;
  if (session === undefined) throw new Error('The node is not connected');
  vi.spyOn(session, 'request').mockImplementation((type) =>
    type === 'task:assign'
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

test('a deadline whose timer fires early is waited for', async () => {
  const { swarm, requester } = await pair();
  const { taskId } = await requester.submit({ type: 'chat', deadlineMs: 1000 });
  const task = await until(() => swarm.coordinator.rooms.open.get(taskId));
  task.deadline += 500;
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(swarm.coordinator.rooms.open.get(taskId)).toBe(task);
  await until(() => swarm.coordinator.rooms.open.get(taskId) === undefined);
  const { task: ended } = await requester.ask('task:follow', { taskId, attempt: 0, from: 0 });
  expect(ended).toMatchObject({ status: 'expired', credits: '0' });
});
