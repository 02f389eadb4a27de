import { expect, test } from 'vitest';
import type { ScriptedNode } from './ScriptedNode.ts';
import { joinNode, startSwarm, temporaryFolder, until } from './startSwarm.ts';

/** Ends every assignment of the node without a token until `times` of them have ended. */
async function failOften(node: ScriptedNode, times: number): Promise<void> {
  node.onAssign = (answer) =>
    node.request('task:result', answer.result('eog', { outcome: { kind: 'gave_up', reason: 'model_failed' } }));
  // A task fails after three of them.
  for (let asked = 0; asked < times; asked += 3) {
    await node.submit({ audience: 'own' });
    await until(() => node.answers.length >= Math.min(times, asked + 3));
  }
}

async function waitReason(node: ScriptedNode): Promise<string | null> {
  const { taskId } = await node.submit({ audience: 'own' });
  const { task } = await node.ask('task:follow', { taskId, attempt: 0, from: 0 });
  return task.reason;
}

/** Of fewer assignments no rate can be told. */
const fewestForARate = 8;

const leftAlone = 'The nodes that could run it ended too many tasks without an answer.';

test('a node that keeps ending without a token is left alone, also when it comes back', async () => {
  const data = temporaryFolder();
  const swarm = await startSwarm({ private: false, grant: '0', data });
  const node = await joinNode(swarm);
  await failOften(node, fewestForARate);
  await until(() => (swarm.coordinator.rooms.nodes.get(node.nodeId)?.blockedUntil ?? 0) > 0);
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
  expect(node.answers).toHaveLength(fewestForARate);
  node.close();
  await again.stop();
});

test('a private swarm asks its few nodes again', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  await failOften(node, fewestForARate);
  const { taskId } = await node.submit({ audience: 'own' });
  const again = await until(() => node.answers.find(({ assign }) => assign.taskId === taskId));
  expect(again.assign.own).toBe(true);
});
