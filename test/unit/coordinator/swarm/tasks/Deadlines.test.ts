import { describe, expect, test } from 'vitest';
import { watchClock } from '#coordinator/swarm/tasks/clockWatch.ts';
import { Deadlines } from '#coordinator/swarm/tasks/Deadlines.ts';
import type { Clock } from '#shared/util/clock.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

function watching() {
  const clock = new ManualClock();
  const passed: string[] = [];
  const deadlines = new Deadlines(clock, (taskId) => void passed.push(taskId));
  return { clock, passed, deadlines, now: clock.monotonic() };
}

describe('Deadlines', () => {
  test('call back once, when the deadline passes', async () => {
    const { clock, passed, deadlines, now } = watching();
    deadlines.set('b', now + 20);
    deadlines.set('a', now + 10);
    await clock.advance(9);
    expect(passed).toEqual([]);
    await clock.advance(11);
    expect(passed).toEqual(['a', 'b']);
    await clock.advance(1000);
    expect(passed).toEqual(['a', 'b']);
  });

  test('may be moved and cleared', async () => {
    const { clock, passed, deadlines, now } = watching();
    deadlines.set('moved', now + 10);
    deadlines.set('cleared', now + 10);
    deadlines.set('moved', now + 50);
    deadlines.clear('cleared');
    deadlines.clear('unknown');
    await clock.advance(49);
    expect(passed).toEqual([]);
    await clock.advance(1);
    expect(passed).toEqual(['moved']);
  });

  test('that passed before they were set call back at once', async () => {
    const { clock, passed, deadlines, now } = watching();
    deadlines.set('late', now - 5000);
    await clock.advance(0);
    expect(passed).toEqual(['late']);
  });

  test('further away than the longest timer wait as long as they say', async () => {
    const { clock, passed, deadlines, now } = watching();
    const thirtyDays = 30 * 86_400_000;
    deadlines.set('far', now + thirtyDays);
    await clock.advance(thirtyDays - 1);
    expect(passed).toEqual([]);
    await clock.advance(1);
    expect(passed).toEqual(['far']);
  });
});

describe('watchClock', () => {
  /** FAKE clock whose wall time a test can move, and which can sleep. */
  function sleepyClock() {
    const inner = new ManualClock();
    const shift = { wall: 0, monotonic: 0 };
    const clock: Clock = {
      now: () => inner.now() + shift.wall,
      monotonic: () => inner.monotonic() + shift.monotonic,
      setTimer: (delayMs, run) => inner.setTimer(delayMs, run),
    };
    return { inner, shift, clock };
  }

  test.each([
    ['the wall clock is put back', { wall: -60_000, monotonic: 0 }, [60_000]],
    ['the wall clock is put forward', { wall: 4000, monotonic: 0 }, [4000]],
    ['the process slept', { wall: 5000, monotonic: 5000 }, [5000]],
    ['a clock drifts a little', { wall: 2000, monotonic: 0 }, []],
  ])('tells when %s, once', async (_, change, jumps) => {
    const { inner, shift, clock } = sleepyClock();
    const told: number[] = [];
    watchClock(clock, (millis) => void told.push(millis));
    await inner.advance(2500);
    Object.assign(shift, change);
    await inner.advance(10_000);
    expect(told).toEqual(jumps);
  });

  test('tells nothing any more once it was stopped', async () => {
    const { inner, shift, clock } = sleepyClock();
    const told: number[] = [];
    const stop = watchClock(clock, (millis) => void told.push(millis));
    stop();
    shift.wall = 60_000;
    await inner.advance(5000);
    expect([told, inner.pending]).toEqual([[], 0]);
  });
});
