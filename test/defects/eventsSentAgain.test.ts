import { expect, it } from 'vitest';
import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import { VirtualClock, ProcessClock } from '#test/simulation/VirtualClock.ts';

// Found by a simulation: when a node's acknowledgement of events was lost and nothing new happened afterwards, the node
// was never told, and its finished task looked unfinished for ever.
it('events that were not acknowledged are sent again without a new one', async () => {
  const world = new VirtualClock();
  const stored: StoredEvent = { seq: 1, at: 0, event: { type: 'system:announcement', level: 'info', text: 'Hello' } };
  let sent = 0;
  const session: NodeSession = {
    nodeId: 'node',
    accountId: 'account',
    remoteAddress: '',
    notify: () => {},
    close: () => {},
    isClosed: () => false,
    request: () => {
      sent += 1;
      return Promise.resolve({ ok: false, code: 'timeout' });
    },
  };
  const store = { events: () => [stored], acknowledgeEvents: () => undefined };
  new EventPusher(store, new ProcessClock(world)).start(session, 0);
  await new Promise(setImmediate);
  while (await world.step(3500));
  expect(sent).toBeGreaterThan(1);
});
