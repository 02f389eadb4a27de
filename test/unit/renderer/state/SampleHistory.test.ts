import { describe, expect, it, vi } from 'vitest';
import { SampleHistory } from '#renderer/state/answers/SampleHistory.ts';

const sample = (at: number) => ({
  at,
  tokensPerSecond: 1,
  processorPercent: 2,
  memoryBytes: 3,
  memoryTotalBytes: 4,
});

describe('the samples of the meters', () => {
  it('are requested once while there is a subscriber, and again after a reconnect', async () => {
    const watch = vi.fn(async (_on: boolean) => undefined);
    const history = new SampleHistory(watch);
    const stopOne = history.subscribe(() => undefined);
    const stopOther = history.subscribe(() => undefined);
    expect(watch.mock.calls).toEqual([[true]]);
    history.resubscribe();
    stopOne();
    stopOther();
    expect(watch.mock.calls).toEqual([[true], [true], [false]]);
    history.resubscribe();
    expect(watch).toHaveBeenCalledTimes(3);
  });

  it('keeps five minutes', () => {
    const history = new SampleHistory(async () => undefined);
    for (let second = 0; second < 400; second += 1) history.take(sample(second * 1000));
    expect(history.read()).toHaveLength(301);
    expect(history.read().at(-1)?.at).toBe(399_000);
  });

  it('ignores an unreachable engine', async () => {
    const history = new SampleHistory(() => Promise.reject(new Error('offline')));
    expect(() => history.subscribe(() => undefined)).not.toThrow();
    await Promise.resolve();
  });
});
