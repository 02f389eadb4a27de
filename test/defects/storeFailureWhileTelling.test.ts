import { expect, test } from 'vitest';
import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

// A disk that could not be read for a moment ended the coordinator by an unhandled rejection.
test('events that could not be read are pushed when the store answers again', async () => {
  const clock = new ManualClock();
  const event: StoredEvent = { seq: 1, at: 0, event: { type: 'system:announcement', level: 'info', text: 'Hello' } };
  const sent: unknown[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  let fails = true;
  const session = {
    nodeId: 'node_a',
    isClosed: () => false,
    request: (_type: string, payload: unknown) => {
      sent.push(payload);
      return Promise.resolve({ ok: true, payload: { cursor: 1 } });
    },
  } as unknown as NodeSession;
  const pusher = new EventPusher(
    {
      events: (_nodeId, after) => {
        if (fails) throw new Error('disk I/O error');
        return after === 0 ? [event] : [];
      },
      acknowledgeEvents: () => undefined,
    },
    clock,
  );
  pusher.start(session, 0);
  await new Promise((resolve) => setImmediate(resolve));
  fails = false;
  await clock.advance(1000);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(sent).toEqual([{ events: [event] }]);
});
