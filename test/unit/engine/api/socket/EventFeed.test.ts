import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '#shared/api/events.ts';
import type { Clock } from '#shared/util/clock.ts';
import { EventFeed } from '#engine/api/socket/EventFeed.ts';

/** A clock whose timers run when told to. */
function handClock(): { clock: Clock; tick: () => void } {
  let timers: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    setTimer: (_, run) => {
      timers.push(run);
      return { cancel: () => (timers = timers.filter((other) => other !== run)) };
    },
  };
  return {
    clock,
    tick: () => {
      const due = timers;
      timers = [];
      due.forEach((run) => run());
    },
  };
}

const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const slice = (value: number): EngineEvent => ({ name: 'slice', payload: { slice: 'money', value } });
const frame = (from: number, text: string, attempt = 0): EngineEvent => ({
  name: 'task:frame',
  payload: { taskId, attempt, from, tokens: 1, text },
});

function openFeed() {
  const hand = handClock();
  const sent: EngineEvent[] = [];
  return { ...hand, sent, feed: new EventFeed(hand.clock, (event) => sent.push(event)) };
}

describe('the feed', () => {
  it('sends the first of a slice at once and of the rest only the newest, once per gap', () => {
    const { feed, sent, tick } = openFeed();
    for (let value = 0; value < 100; value += 1) feed.push(slice(value));
    expect(sent).toEqual([slice(0)]);
    tick();
    expect(sent).toEqual([slice(0), slice(99)]);
    tick();
    tick();
    expect(sent).toHaveLength(2);
    feed.push(slice(100));
    expect(sent.at(-1)).toEqual(slice(100));
  });

  it('puts pieces of an answer together without losing or doubling any', () => {
    const { feed, sent, tick } = openFeed();
    feed.push(frame(0, 'a'));
    feed.push(frame(1, 'b'));
    feed.push(frame(2, 'c'));
    feed.push(frame(5, 'gap'));
    tick();
    expect(sent.map((event) => (event.name === 'task:frame' ? [event.payload.from, event.payload.text] : []))).toEqual([
      [0, 'a'],
      [1, 'bc'],
      [5, 'gap'],
    ]);
  });

  it('never merges two attempts, and tells a reset and an end after what came before', () => {
    const { feed, sent } = openFeed();
    const reset: EngineEvent = { name: 'task:reset', payload: { taskId, attempt: 1 } };
    const finished: EngineEvent = { name: 'task:finished', payload: { taskId, status: 'completed', title: '' } };
    [frame(0, 'a'), frame(1, 'b'), reset, frame(0, 'x', 1), frame(1, 'y', 1), finished].forEach((event) =>
      feed.push(event),
    );
    expect(sent).toEqual([frame(0, 'a'), frame(1, 'b'), reset, sent[3], finished]);
    expect(sent[3]).toMatchObject({ payload: { attempt: 1, from: 0, text: 'xy', tokens: 2 } });
  });

  it('sends nothing after it was closed', () => {
    const { feed, sent, tick } = openFeed();
    feed.push(slice(0));
    feed.push(slice(1));
    feed.close();
    tick();
    expect(sent).toEqual([slice(0)]);
  });
});
