import { expect, test } from 'vitest';
import { QualityLevel } from '#shared/domain/money/prices.ts';
import { capabilities, type ScriptedNode } from './ScriptedNode.ts';
import { joinNode, joinWorker, startSwarm, until } from './startSwarm.ts';

type Swarm = Awaited<ReturnType<typeof startSwarm>>;

/** Gives a connected node a score, as long as nothing of it is judged. */
function trust(swarm: Swarm, node: ScriptedNode, score: number): void {
  swarm.coordinator.rooms.nodes.update(node.nodeId, (connected) => {
    connected.reputation = { ...connected.reputation, score };
  });
}

async function threeWorkers() {
  const swarm = await startSwarm();
  const workers = [await joinWorker(swarm), await joinWorker(swarm), await joinWorker(swarm)];
  const requester = await joinNode(swarm, { capabilities: capabilities({ status: 'paused' }) });
  return { swarm, workers, requester };
}

test('high quality asks the most trusted node alone, and the next one when it declines', async () => {
  const { swarm, workers, requester } = await threeWorkers();
  for (const [index, node] of workers.entries()) {
    trust(swarm, node, [40, 90, 60][index] ?? 0);
    node.offers.length = 0;
  }
  const [, best, second] = workers;
  if (best === undefined || second === undefined) throw new Error('Three were asked to join');
  best.takesOffers = false;
  await requester.submit({ quality: 'high_quality' });
  const answer = await until(() => second.answers[0]);
  expect(workers.map(({ offers }) => offers.map(({ quality }) => quality))).toEqual([
    [],
    ['high_quality'],
    ['high_quality'],
  ]);
  await answer.send(answer.chunk([10, 2]));
  await answer.finish('eog');
});

test.for(QualityLevel.options.filter((quality) => quality !== 'high_quality'))(
  'at %s quality three are asked at once',
  async (quality) => {
    const { workers, requester } = await threeWorkers();
    for (const node of workers) node.offers.length = 0;
    await requester.submit({ quality });
    await until(() => workers.every(({ offers }) => offers.length === 1));
    expect(workers.flatMap(({ answers }) => answers).length).toBeLessThanOrEqual(1);
  },
);
