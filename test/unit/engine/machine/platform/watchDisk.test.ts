import { describe, expect, it } from 'vitest';
import { watchDisk } from '#engine/machine/platform/watchDisk.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

describe('the disk watch', () => {
  it('tells a change of either kind once, and is silent after its end', async () => {
    const clock = new ManualClock();
    const free = [10e9, 1e6, 2e6, 10e9, 1e6];
    let looks = 0;
    const told: boolean[] = [];
    const stop = watchDisk(clock, '/data', {
      onChange: (isShort) => told.push(isShort),
      freeBytes: async () => free[looks++] ?? 0,
    });
    await clock.advance(90_000);
    expect(told).toEqual([true, false]);
    stop();
    await clock.advance(300_000);
    expect(told).toHaveLength(2);
  });
});
