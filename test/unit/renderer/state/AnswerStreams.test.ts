import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswerStreams } from '#renderer/state/answers/AnswerStreams.ts';

const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const frame = (from: number, text: string, attempt = 0) => ({ taskId, attempt, from, tokens: text.length, text });
const answer = (text: string, over = false, attempt = 0) => ({ ...frame(0, text, attempt), over });

/** One token per letter; `whole` is what the engine would answer when asked. */
function open(whole = answer('')) {
  const source = { whole, asked: 0 };
  const streams = new AnswerStreams(async () => {
    source.asked += 1;
    return source.whole;
  });
  return { streams, source };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('arriving answers', () => {
  it('begins with what has arrived before and goes on with the frames', async () => {
    const { streams } = open(answer('func'));
    streams.subscribe(taskId, () => undefined);
    await vi.runAllTimersAsync();
    streams.take(frame(4, 'tion'));
    expect(streams.read(taskId)).toMatchObject({ text: 'function', tokens: 8, over: false, started: true });
  });

  it('ignores a frame that it has, and asks again when one is missing', async () => {
    const { streams, source } = open(answer('ab'));
    streams.subscribe(taskId, () => undefined);
    await vi.runAllTimersAsync();
    streams.take(frame(0, 'ab'));
    expect(streams.read(taskId).text).toBe('ab');
    source.whole = answer('abcdef');
    streams.take(frame(4, 'ef'));
    await vi.runAllTimersAsync();
    expect(source.asked).toBe(2);
    expect(streams.read(taskId).text).toBe('abcdef');
  });

  it('starts over when the answer does, and never takes pieces of an older attempt', async () => {
    const { streams } = open(answer('wrong'));
    streams.subscribe(taskId, () => undefined);
    await vi.runAllTimersAsync();
    streams.reset(taskId, 1);
    streams.take(frame(5, ' more of the old one'));
    streams.take(frame(0, 'right', 1));
    expect(streams.read(taskId)).toMatchObject({ text: 'right', attempt: 1 });
  });

  it('does not let a late answer to an early question undo newer frames', async () => {
    const { streams, source } = open(answer('ab'));
    streams.subscribe(taskId, () => undefined);
    await vi.runAllTimersAsync();
    streams.take(frame(2, 'cd'));
    source.whole = answer('ab');
    streams.catchUpAll();
    await vi.runAllTimersAsync();
    expect(streams.read(taskId).text).toBe('abcd');
  });

  it('tells its listeners of the first token at once, and then at most ten times a second', async () => {
    const { streams } = open();
    const heard = vi.fn();
    streams.subscribe(taskId, heard);
    await vi.runAllTimersAsync();
    heard.mockClear();
    streams.take(frame(0, 'x'));
    expect(heard).toHaveBeenCalledTimes(1);
    for (let index = 1; index < 50; index += 1) streams.take(frame(index, 'x'));
    expect(heard).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(heard).toHaveBeenCalledTimes(2);
    expect(streams.read(taskId).tokens).toBe(50);
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('forgets a task that nobody looks at', async () => {
    const { streams } = open(answer('secret'));
    const stop = streams.subscribe(taskId, () => undefined);
    await vi.runAllTimersAsync();
    stop();
    streams.take(frame(6, 's'));
    expect(streams.read(taskId).text).toBe('');
  });

  it('shows the checked answer once the task is over', async () => {
    const { streams, source } = open(answer('draf'));
    streams.subscribe(taskId, () => undefined);
    await vi.runAllTimersAsync();
    source.whole = answer('draft, checked', true);
    streams.finish(taskId);
    await vi.runAllTimersAsync();
    expect(streams.read(taskId)).toMatchObject({ text: 'draft, checked', over: true });
  });
});

describe('any order of frames', () => {
  const text = 'function add(a, b) { return a + b; }';
  const cuts = fc.array(fc.nat({ max: text.length }), { maxLength: 12 });
  const order = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 40 });

  it('ends with the true text, each token once', () => {
    fc.assert(
      fc.property(cuts, order, (where, picks) => {
        const { streams } = open(answer(''));
        streams.subscribe(taskId, () => undefined);
        const edges = [...new Set([0, ...where, text.length])].toSorted((a, b) => a - b);
        const frames = edges.slice(0, -1).map((from, index) => frame(from, text.slice(from, edges[index + 1])));
        for (const pick of picks) streams.take(frames[pick % frames.length] ?? frame(0, ''));
        // Doubled and disordered pieces may leave gaps, but what is there is a true beginning of the text.
        expect(text.startsWith(streams.read(taskId).text)).toBe(true);
        for (const one of frames) streams.take(one);
        expect(streams.read(taskId).text).toBe(text);
      }),
    );
  });
});
