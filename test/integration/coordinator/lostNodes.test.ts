import { expect, test } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { joinNode, passWelcome, startSwarm, temporaryFolder, until } from './startSwarm.ts';
import type { ScriptedNode } from './ScriptedNode.ts';

function completed(requester: ScriptedNode) {
  return until(() => requester.events.flatMap(({ event }) => (event.type === 'task:completed' ? [event] : [])).at(-1));
}

test.for(['its link closes', 'its lease lapses'] as const)(
  'when %s, another node goes on from the stored tokens, and both are paid',
  async (how) => {
    const swarm = await startSwarm();
    const first = await joinNode(swarm);
    await passWelcome(first);
    const requester = await joinNode(swarm);
    requester.takesOffers = false;
    await requester.submit();
    const begun = await until(() => first.answers[0]);
    await begun.send(begun.chunk([10, 11, 12]));

    const second = await joinNode(swarm);
    await passWelcome(second);
    if (how === 'its link closes') first.close();
    else first.renews = false;
    const taken = await until(() => second.answers[0]);
    expect(taken.assign.input).toEqual({ scheme: 'continue', promptIds: begun.promptIds, prefixIds: [10, 11, 12] });
    expect(taken.assign.sampler.maxTokens).toBe(13);
    expect(taken.assign.seed).not.toBe(begun.assign.seed);
    await taken.send(taken.chunk([13, 2]));
    await taken.finish('eog');

    const { task, text } = await completed(requester);
    expect(text).toBe(' t10 t11 t12 t13');
    expect(task).toMatchObject({ status: 'completed', attempt: 0, outputTokens: 5 });
    expect(requester.frames.map((frame) => frame.text).join('')).toBe(text);
    if (how === 'its link closes') await first.connect();
    expect(await begun.finish('eog')).toMatchObject({ payload: { state: 'superseded' } });
    const paid = (await requester.ask('account:read', {})).balances;
    const earned = (await second.ask('account:read', {})).balances;
    expect(parseCredits(paid.spent)).toBe(parseCredits(task.credits));
    expect(parseCredits(earned.earned)).toBeGreaterThan(0n);
    const { body } = await first.get('/v1/nodes/me/earnings');
    const { entries } = body as { entries: { taskId: string | null; category: string; available: string }[] };
    const reward = entries.find((entry) => entry.taskId === task.taskId && entry.category === 'settlement');
    expect(parseCredits(reward?.available ?? '0')).toBeGreaterThan(0n);
  },
);

test('a node that comes back with its work goes on; one that comes back without it loses it', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  await passWelcome(node);
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  await requester.submit();
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10]));
  node.close();
  await until(() => swarm.coordinator.rooms.nodes.get(node.nodeId) === undefined);
  await node.connect({ holding: [answer.assign.assignmentId] });
  expect(node.ready?.holding).toEqual([{ assignmentId: answer.assign.assignmentId, keep: true, stored: 1 }]);
  await answer.send(answer.chunk([11]));

  node.close();
  await until(() => swarm.coordinator.rooms.nodes.get(node.nodeId) === undefined);
  await node.connect({ holding: [] });
  const again = await until(() => node.answers.find((each) => each !== answer));
  expect(again.assign.input).toMatchObject({ scheme: 'continue', prefixIds: [10, 11] });
  await again.send(again.chunk([2], ' end'));
  await again.finish('eog');
  expect(await completed(requester)).toMatchObject({ text: ' t10 t11 end', task: { status: 'completed' } });
});

test('a node that gives its machine back hands over without a failure', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  await passWelcome(node);
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  await requester.submit();
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10, 11]));
  expect(await answer.finish('yielded')).toMatchObject({ payload: { state: 'accepted' } });
  const again = await until(() => node.answers.find((each) => each !== answer));
  await again.send(again.chunk([12, 2]));
  await again.finish('eog');
  expect(await completed(requester)).toMatchObject({ text: ' t10 t11 t12', task: { status: 'completed' } });
});

test('after a restart of the coordinator a running task goes on where it was', async () => {
  const data = temporaryFolder();
  const before = await startSwarm({ data });
  const port = Number(new URL(before.url).port);
  const node = await joinNode(before);
  await passWelcome(node);
  const requester = await joinNode(before);
  requester.takesOffers = false;
  const { taskId } = await requester.submit();
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10, 11]));
  await before.stop();
  await until(() => node.closed);

  const after = await startSwarm({ data, port });
  expect(after.swarmId).toBe(before.swarmId);
  await node.connect({ holding: [answer.assign.assignmentId] });
  expect(node.ready?.holding).toEqual([{ assignmentId: answer.assign.assignmentId, keep: true, stored: 2 }]);
  await requester.connect();
  const followed = await requester.ask('task:follow', { taskId, attempt: 0, from: 1 });
  expect(followed.frame).toMatchObject({ attempt: 0 });
  await answer.send(answer.chunk([12, 2]));
  await answer.finish('eog');
  expect(await completed(requester)).toMatchObject({ text: ' t10 t11 t12', task: { status: 'completed' } });
  requester.close();
  node.close();
});
