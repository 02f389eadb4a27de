import { describe, expect, test } from 'vitest';
import { SessionWatch } from '#main/electron/desktop/SessionWatch.ts';
import type { SessionReport } from '#shared/api/contributionSettings.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';

function setUp() {
  const clock = new ManualClock();
  const sent: SessionReport[] = [];
  const now = { idleMs: 0, locked: false, onBattery: false };
  let awake = 0;
  let event: (() => void) | null = null;
  const watch = new SessionWatch({
    clock,
    session: {
      read: () => ({ ...now }),
      onEvent: (listener) => {
        event = listener;
        return () => (event = null);
      },
      keepAwake: () => {
        awake += 1;
        return () => (awake -= 1);
      },
    },
    send: (report) => sent.push(report),
  });
  /** Nobody touches anything for a while. */
  const idle = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      now.idleMs += 1000;
      await clock.advance(1000);
    }
  };
  return { clock, sent, now, watch, idle, awake: () => awake, fire: () => event?.() };
}

const { contribution } = sampleSnapshot();
const working = { contribution, watchesUser: true };

describe('what the shell tells of its session', () => {
  test('is told again every half minute, not at every look', async () => {
    const { sent, watch, idle } = setUp();
    watch.follow(working);
    await idle(61);
    expect(sent.map(({ idleMs }) => idleMs)).toEqual([0, 30_000, 60_000]);
  });

  test('a person who comes back is told at the next look, once', async () => {
    const { sent, now, watch, idle, clock } = setUp();
    watch.follow(working);
    await idle(20);
    now.idleMs = 0;
    await clock.advance(1000);
    expect(sent.map(({ idleMs }) => idleMs)).toEqual([0, 0]);
    await idle(3);
    expect(sent).toHaveLength(2);
  });

  test('a pulled plug and a locked screen are told when they happen', () => {
    const { sent, now, watch, fire } = setUp();
    watch.follow({ ...working, watchesUser: false });
    now.onBattery = true;
    fire();
    now.locked = true;
    fire();
    expect(sent.slice(1)).toMatchObject([{ onBattery: true }, { locked: true }]);
  });

  test('without an engine nothing is looked at', async () => {
    const { clock, sent, watch } = setUp();
    watch.follow(working);
    watch.follow({ contribution: null, watchesUser: false });
    expect(clock.pending).toBe(0);
    expect(sent).toHaveLength(1);
  });

  test('while nobody could be disturbed it looks every ten seconds at most', async () => {
    const { clock, watch } = setUp();
    watch.follow({ contribution: { ...contribution, state: 'ready' }, watchesUser: true });
    await clock.advance(9999);
    expect(clock.pending).toBe(1);
  });

  test('the computer is kept awake while the engine says so, and not a moment longer', () => {
    const { watch, awake } = setUp();
    watch.follow({ contribution: { ...contribution, keepAwake: true }, watchesUser: false });
    watch.follow({ contribution: { ...contribution, keepAwake: true }, watchesUser: true });
    expect(awake()).toBe(1);
    watch.follow({ contribution: null, watchesUser: false });
    expect(awake()).toBe(0);
  });
});
