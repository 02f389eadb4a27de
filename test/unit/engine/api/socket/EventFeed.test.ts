import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '#shared/api/events.ts';
import { EventFeed } from '#engine/api/socket/EventFeed.ts';

const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const slice = (value: number): EngineEvent => ({ name: 'slice', payload: { slice: 'money', value } });
const frame = (from: number, text: string, attempt = 0): EngineEvent => ({
  name: 'task:frame',
  payload: { taskId, attempt, from, tokens: 1, text },
});

/** A feed to a client that keeps up, or does not. */
function openFeed() {
  const sent: EngineEvent[] = [];
  const client = { keepsUp: true };
  const feed = new EventFeed({ send: (event) => sent.push(event), isReady: () => client.keepsUp });
  return { feed, sent, client };
}

describe('the feed', () => {
  it('sends everything at once while the client keeps up', () => {
    const { feed, sent } = openFeed();
    const events = [slice(0), slice(1), frame(0, 'a'), frame(1, 'b')];
    for (const event of events) feed.push(event);
    expect(sent).toEqual(events);
  });

  it('keeps only the newest value of a slice for a client that lags', () => {
    const { feed, sent, client } = openFeed();
    client.keepsUp = false;
    for (let value = 0; value < 100; value += 1) feed.push(slice(value));
    expect(sent).toEqual([]);
    client.keepsUp = true;
    feed.flush();
    feed.flush();
    expect(sent).toEqual([slice(99)]);
  });

  it('joins pieces of an answer without losing or doubling any', () => {
    const { feed, sent, client } = openFeed();
    feed.push(frame(0, 'a'));
    client.keepsUp = false;
    feed.push(frame(1, 'b'));
    feed.push(slice(1));
    feed.push(frame(2, 'c'));
    feed.push(frame(5, 'gap'));
    feed.flush();
    expect(sent).toMatchObject([
      frame(0, 'a'),
      { payload: { from: 1, tokens: 2, text: 'bc' } },
      slice(1),
      { payload: { from: 5, text: 'gap' } },
    ]);
  });

  it('never joins two attempts, and keeps a reset and an end in their place', () => {
    const { feed, sent, client } = openFeed();
    client.keepsUp = false;
    const reset: EngineEvent = { name: 'task:reset', payload: { taskId, attempt: 1 } };
    const finished: EngineEvent = { name: 'task:finished', payload: { taskId, status: 'completed', title: '' } };
    for (const event of [frame(0, 'a'), frame(1, 'b'), reset, frame(0, 'x', 1), frame(1, 'y', 1), finished]) {
      feed.push(event);
    }
    feed.flush();
    expect(sent).toMatchObject([
      { payload: { attempt: 0, from: 0, text: 'ab', tokens: 2 } },
      reset,
      { payload: { attempt: 1, from: 0, text: 'xy', tokens: 2 } },
      finished,
    ]);
  });

  it('sends nothing before what waits, even when the client is ready again', () => {
    const { feed, sent, client } = openFeed();
    client.keepsUp = false;
    feed.push(frame(0, 'a'));
    client.keepsUp = true;
    feed.push(frame(1, 'b'));
    feed.flush();
    expect(sent).toMatchObject([{ payload: { from: 0, tokens: 2, text: 'ab' } }]);
  });

  it('sends nothing after it was closed', () => {
    const { feed, sent, client } = openFeed();
    client.keepsUp = false;
    feed.push(slice(1));
    feed.close();
    feed.flush();
    expect(sent).toEqual([]);
  });
});
