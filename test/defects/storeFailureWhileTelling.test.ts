import { expect, test } from 'vitest';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { RecordingChannels } from '#test/helpers/swarm/RecordingChannels.ts';

// A disk that could not be read for a moment ended the coordinator by an unhandled rejection.
test('events that could not be read are pushed when the store answers again', async () => {
  const clock = new ManualClock();
  const event: StoredEvent = { seq: 1, at: 0, event: { type: 'system:announcement', level: 'info', text: 'Hello' } };
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  let fails = true;
  const channels = new RecordingChannels({ events: () => ({ ok: true, payload: { cursor: 1 } }) });
  const queries = {
    events: async (_stream: string, after: number) => {
      if (fails) throw new Error('disk I/O error');
      return after === 0 ? [event] : [];
    },
  };
  const feed = { acknowledgeEvents: () => undefined };
  new EventPusher({ clock, queries, feed, channels }).start('node_a', {});
  await new Promise((resolve) => setImmediate(resolve));
  fails = false;
  await clock.advance(1000);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(channels.sentOf('events')).toEqual([{ stream: 'node:node_a', after: 0, events: [event] }]);
});
