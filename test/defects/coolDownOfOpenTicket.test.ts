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

// A task whose lease had lapsed waited already when its run ended: the pause of the node that had lost it was ignored, and
// that node was asked for the same task at once.
test('the node that lost a task is paused for it, also when the task waits already', async () => {
  const clock = new ManualClock();
  const nodes = new NodeRegistry();
  nodes.add(connectedNode('node_a'));
  const channels = new RecordingChannels();
  const matcher = new Matcher({
    clock,
    random: systemRandom,
    logger: silentLogger,
    private: true,
    nodes,
    channels,
    waiting: new WaitingTickets(),
    newId: () => 'offer',
    assign: () => Promise.resolve(true),
    onOffer: () => undefined,
  });
  const ticket = workTicket(liveTask(), { private: true });
  // As long as its run is only lapsed, the node is left out.
  matcher.open({ ...ticket, exclude: new Map([['node_a', 'offline']]) });
  const now = clock.monotonic();
  matcher.open({ ...ticket, coolDown: new Map([['node_a', { at: now, until: now + 1000 }]]) });
  await clock.advance(999);
  expect(channels.sentOf('task:offer')).toHaveLength(0);
  await clock.advance(1);
  expect(channels.sentOf('task:offer')).toHaveLength(1);
});
