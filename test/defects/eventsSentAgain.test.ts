import { expect, it } from 'vitest';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import { RecordingChannels } from '#test/helpers/swarm/RecordingChannels.ts';
import { VirtualClock, ProcessClock } from '#test/simulation/VirtualClock.ts';

// Found by a simulation: when a node's acknowledgement of events was lost and nothing new happened afterwards, the node
// was never told, and its finished task looked unfinished for ever.
it('events that were not acknowledged are sent again without a new one', async () => {
  const world = new VirtualClock();
  const stored: StoredEvent = { seq: 1, at: 0, event: { type: 'system:announcement', level: 'info', text: 'Hello' } };
  const channels = new RecordingChannels();
  const queries = { events: () => Promise.resolve([stored]) };
  const feed = { acknowledgeEvents: () => undefined };
  new EventPusher({ clock: new ProcessClock(world), queries, feed, channels }).start('node', {});
  await new Promise(setImmediate);
  while (await world.step(3500));
  expect(channels.sentOf('events').length).toBeGreaterThan(1);
});
