import { expect, test } from 'vitest';
import { Matcher } from '#coordinator/swarm/matching/Matcher.ts';
import { WaitingTickets } from '#coordinator/swarm/matching/WaitingTickets.ts';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import { systemRandom } from '#node/systemClock.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { connectedNode } from '#test/helpers/swarm/connectedNode.ts';
import { liveTask } from '#test/helpers/swarm/liveTasks.ts';
import { RecordingChannels } from '#test/helpers/swarm/RecordingChannels.ts';

// Whatever the store refuses to assign (a node that was shut out meanwhile, say) was offered to the same node at once, again
// and again.
test('a node that a task cannot be given to is not offered it again at once', async () => {
  const clock = new ManualClock();
  const nodes = new NodeRegistry();
  nodes.add(connectedNode('node_a'));
  let tries = 0;
  const matcher = new Matcher({
    clock,
    random: systemRandom,
    logger: silentLogger,
    private: true,
    nodes,
    channels: new RecordingChannels({
      'task:offer': () => ({ ok: true, payload: { answer: 'accept', estimateMs: 1 } }),
    }),
    waiting: new WaitingTickets(),
    newId: () => `assignment ${tries}`,
    assign: async () => {
      tries += 1;
      await new Promise(setImmediate);
      // So that the test ends.
      return tries >= 100;
    },
    onOffer: () => undefined,
  });
  matcher.open(workTicket(liveTask(), { private: true }));
  for (let step = 0; step < 200; step += 1) await clock.advance(10);
  expect(tries).toBeLessThan(5);
  await clock.advance(60_000);
  expect(tries).toBeGreaterThan(1);
});
