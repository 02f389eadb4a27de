import { expect, test } from 'vitest';
import type { ScriptedNode } from './ScriptedNode.ts';
import { joinNode, startSwarm, temporaryFolder, until } from './startSwarm.ts';

/** Lets a task of its own fail three times, so that too many of the node's last assignments ended without a token. */
async function failOften(node: ScriptedNode): Promise<void> {
  node.onAssign = (answer) =>
    node.request('task:result', answer.result('eog', { outcome: { kind: 'gave_up', reason: 'model_failed' } }));
  const { taskId } = await node.submit({ audience: 'own' });
  await until(() => node.events.find(({ event }) => event.type === 'task:completed' && event.task.taskId === taskId));
}

async function waitReason(node: ScriptedNode): Promise<string | null> {
  const { taskId } = await node.submit({ audience: 'own' });
  const { task } = await node.ask('task:follow', { taskId, attempt: 0, from: 0 });
  return task.reason;
}

const leftAlone = 'The nodes that could run it ended too many tasks without an answer.';

test('a node that keeps ending without a token is left alone, also when it comes back', async () => {
  const data = temporaryFolder();
  const swarm = await startSwarm({ private: false, grant: '0', data });
  const node = await joinNode(swarm);
  await failOften(node);
  expect(await waitReason(node)).toBe(leftAlone);
  node.close();
  await until(() => swarm.coordinator.rooms.nodes.size === 0);
  await node.connect();
  expect(await waitReason(node)).toBe(leftAlone);

  await swarm.stop();
  await until(() => node.closed);
  const again = await startSwarm({ private: false, grant: '0', data, port: Number(new URL(swarm.url).port) });
  await node.connect();
  expect(await waitReason(node)).toBe(leftAlone);
  expect(node.answers).toHaveLength(3);
  node.close();
  await again.stop();
});

test('a private swarm asks its few nodes again', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  await failOften(node);
  const { taskId } = await node.submit({ audience: 'own' });
  const again = await until(() => node.answers.find(({ assign }) => assign.taskId === taskId));
  expect(again.assign.own).toBe(true);
});
