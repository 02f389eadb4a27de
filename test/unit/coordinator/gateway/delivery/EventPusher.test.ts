import { expect, test } from 'vitest';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { RecordingChannels } from '#test/helpers/swarm/RecordingChannels.ts';

const stream = 'node:node_a';

function pusherOver(numbers: readonly number[], cursorOf: (after: number, last: number) => number) {
  const stored = numbers.map((seq): StoredEvent => ({
    seq,
    at: seq,
    event: { type: 'system:announcement', level: 'info', text: 'Hello' },
  }));
  const acknowledged: [string, number][] = [];
  const clock = new ManualClock();
  const channels = new RecordingChannels({
    events: ({ after, events }) => ({ ok: true, payload: { cursor: cursorOf(after, events.at(-1)?.seq ?? 0) } }),
  });
  const pusher = new EventPusher({
    clock,
    channels,
    // Two at a time.
    queries: {
      events: async (name, after) => (name === stream ? stored.filter(({ seq }) => seq > after).slice(0, 2) : []),
    },
    feed: { acknowledgeEvents: (name, upTo) => void acknowledged.push([name, upTo]) },
  });
  const sent = () => channels.sentOf('events').map(({ after, events }) => [after, ...events.map(({ seq }) => seq)]);
  return { pusher, clock, sent, acknowledged, channels };
}

test('sends batch after batch from the cursor of the own stream, each naming the number before it', async () => {
  const { pusher, sent, acknowledged, channels } = pusherOver([3, 5, 9, 14], (_, last) => last);
  pusher.start('node_a', { [stream]: 3, 'node:node_b': 99 });
  await settle();
  expect(sent()).toEqual([
    [3, 5, 9],
    [9, 14],
  ]);
  expect(channels.sentOf('events').map((batch) => batch.stream)).toEqual([stream, stream]);
  expect(acknowledged).toEqual([
    [stream, 3],
    [stream, 9],
    [stream, 14],
  ]);
});

test('goes on from where a node is that has missed a batch', async () => {
  let stored = 0;
  const { pusher, clock, sent, acknowledged } = pusherOver([3, 5, 9], (after, last) => {
    if (after <= stored) stored = last;
    return stored;
  });
  // It says that it has more than it does.
  pusher.start('node_a', { [stream]: 5 });
  await settle();
  expect(sent()).toEqual([[5, 9]]);
  await clock.advance(1000);
  expect(sent().slice(1)).toEqual([
    [0, 3, 5],
    [5, 9],
  ]);
  expect(acknowledged.at(-1)).toEqual([stream, 9]);
});
