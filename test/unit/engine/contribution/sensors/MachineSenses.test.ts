import { describe, expect, test } from 'vitest';
import { MachineSenses, type Sensors } from '#engine/contribution/sensors/MachineSenses.ts';
import { known, unknown } from '#engine/ports/SenseReadings.ts';
import type { SenseName } from '#shared/api/contributionSettings.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

function setUp() {
  const clock = new ManualClock();
  const looks: SenseName[] = [];
  const looking = <T>(name: SenseName, value: T) => ({
    read: async () => {
      looks.push(name);
      return known(value);
    },
  });
  const sensors: Sensors = {
    user: looking('user', { idleMs: 5 }),
    battery: looking('battery', { onBattery: false }),
    programs: looking('programs', ['bash']),
    processor: looking('processor', { share: 0, processors: 2 }),
    temperature: { read: async () => unknown('not here') },
    network: looking('network', { metered: false }),
  };
  const senses = new MachineSenses({ clock, sensors });
  const count = (name: SenseName): number => looks.filter((one) => one === name).length;
  return { clock, senses, looks, count };
}

describe('the senses', () => {
  test('look at nothing that nobody needs', async () => {
    const { clock, senses, looks } = setUp();
    await clock.advance(60_000);
    senses.look(new Set(['battery']), false);
    await clock.advance(60_000);
    expect(new Set(looks)).toEqual(new Set(['battery']));
    senses.look(new Set(), false);
    expect(clock.pending).toBe(0);
    expect(senses.readings().battery.known).toBe(false);
  });

  test('look every ten seconds at rest, and more often while work may disturb', async () => {
    const { clock, senses, count } = setUp();
    senses.look(new Set(['user', 'processor', 'network']), false);
    await clock.advance(59_999);
    expect([count('user'), count('processor'), count('network')]).toEqual([6, 6, 1]);
    senses.look(new Set(['user', 'processor', 'network']), true);
    await clock.advance(9_999);
    expect(count('user')).toBe(16);
  });

  test('what is asked for again is not looked at twice', async () => {
    const { clock, senses, count } = setUp();
    for (let i = 0; i < 5; i += 1) senses.look(new Set(['user']), true);
    await clock.advance(0);
    expect(count('user')).toBe(1);
  });

  test('the shell knows better who is there and what powers the computer, for a while', async () => {
    const { clock, senses } = setUp();
    senses.look(new Set(['user', 'battery']), false);
    await clock.advance(0);
    let told = 0;
    senses.onChange(() => (told += 1));
    senses.report({ idleMs: 1000, locked: false, onBattery: true });
    expect(told).toBe(1);
    expect(senses.readings()).toMatchObject({
      user: { value: { idleMs: 1000 } },
      battery: { value: { onBattery: true } },
    });
    await clock.advance(5000);
    expect(senses.readings().user).toEqual(known({ idleMs: 6000 }));
    await clock.advance(90_000);
    expect(senses.readings().user).toEqual(known({ idleMs: 5 }));
  });

  test('behind a locked screen nobody is there', () => {
    const { senses } = setUp();
    senses.report({ idleMs: 0, locked: true, onBattery: null });
    expect(senses.readings().user).toMatchObject({ value: { idleMs: Number.MAX_SAFE_INTEGER } });
  });

  test('a change of the network is told once', async () => {
    const { clock, senses } = setUp();
    let told = 0;
    senses.onNetworkChange(() => (told += 1));
    senses.look(new Set(['network', 'user']), true);
    await clock.advance(180_000);
    expect(told).toBe(1);
  });
});
