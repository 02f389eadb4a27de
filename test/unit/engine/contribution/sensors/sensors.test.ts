import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { linuxBattery } from '#engine/contribution/sensors/linuxBattery.ts';
import { linuxPresence } from '#engine/contribution/sensors/linuxPresence.ts';
import { linuxTemperature } from '#engine/contribution/sensors/linuxTemperature.ts';
import { networkManager } from '#engine/contribution/sensors/networkManager.ts';
import {
  generalBattery,
  generalLoad,
  generalPrograms,
  generalTemperature,
} from '#engine/contribution/sensors/otherSystems.ts';
import { recordedSystem } from '#test/helpers/recordedSystem.ts';

const Recordings = z.record(
  z.string(),
  z.object({ source: z.string().min(20), files: z.record(z.string(), z.string()) }),
);
const recordings = Recordings.parse(JSON.parse(readFileSync('test/fixtures/recordings/linuxSystem.json', 'utf8')));

function recorded(name: string) {
  return recordedSystem(recordings[name]?.files ?? {});
}

describe('the battery of a Linux machine', () => {
  test.each([
    ['laptopOnBattery', true],
    ['laptopPluggedIn', false],
    ['silentBatteryUnplugged', true],
    ['desktopWithMouseBattery', false],
  ])('%s: on battery is %s', async (name, onBattery) => {
    expect(await linuxBattery(recorded(name)).read()).toEqual({ known: true, value: { onBattery } });
  });

  test('is unknown where the kernel tells nothing', async () => {
    expect((await linuxBattery(recordedSystem({})).read()).known).toBe(false);
  });
});

describe('the temperature of a Linux machine', () => {
  test.each([
    ['intelTemperature', 73],
    ['amdTemperature', 68.125],
    ['boardTemperature', 61.334],
  ])('%s is that of the processor, not of a disk or a graphics card', async (name, value) => {
    expect(await linuxTemperature(recorded(name)).read()).toEqual({ known: true, value });
  });

  test.each(['unwiredTemperature', 'nothing'])('%s is no temperature', async (name) => {
    expect((await linuxTemperature(recorded(name)).read()).known).toBe(false);
  });
});

describe('the network', () => {
  const service = 'org.freedesktop.NetworkManager';
  const call = `busctl --system get-property ${service} /org/freedesktop/NetworkManager ${service} Metered`;

  // The numbers are those of `NMMetered` in the documentation of libnm.
  test.each([
    ['u 1\n', { known: true, value: { metered: true } }],
    ['u 2\n', { known: true, value: { metered: false } }],
    ['u 3\n', { known: true, value: { metered: true } }],
    ['u 4\n', { known: true, value: { metered: false } }],
  ])('NetworkManager says %j', async (text, reading) => {
    expect(await networkManager(recordedSystem({}, { [call]: text })).read()).toEqual(reading);
  });

  test.each(['u 0\n', 'b true\n', ''])('%j says nothing', async (text) => {
    expect((await networkManager(recordedSystem({}, { [call]: text })).read()).known).toBe(false);
  });

  test('is unknown without NetworkManager', async () => {
    expect((await networkManager(recordedSystem({})).read()).known).toBe(false);
  });
});

describe('whether somebody is there', () => {
  const service = 'org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager';
  const call = `busctl --system get-property ${service} IdleHint IdleSinceHint`;
  const clock = { now: () => 1_000_000 };

  function presence(tools: Record<string, string>, hasDisplay = false) {
    return linuxPresence({ ports: recordedSystem({}, tools), clock, hasDisplay }).read();
  }

  // As org.freedesktop.login1(5) describes them: a boolean and microseconds.
  test('logind says that a session is in use', async () => {
    expect(await presence({ [call]: 'b false\nt 0\n' })).toEqual({ known: true, value: { idleMs: 0 } });
  });

  test('logind says since when all sessions are idle', async () => {
    const tools = { [call]: 'b true\nt 400000000\n' };
    expect(await presence(tools)).toEqual({ known: true, value: { idleMs: 600_000 } });
  });

  test('X knows better where it is reachable', async () => {
    const tools = { xprintidle: '1234\n', [call]: 'b false\nt 0\n' };
    expect(await presence(tools, true)).toEqual({ known: true, value: { idleMs: 1234 } });
    expect(await presence(tools, false)).toEqual({ known: true, value: { idleMs: 0 } });
  });

  test.each([{}, { [call]: 'nonsense' }, { [call]: 'b true\nt 0\n' }])('is unknown with %j', async (tools) => {
    expect((await presence(tools, true)).known).toBe(false);
  });
});

describe('other systems, as systeminformation documents its answers', () => {
  const answers = {
    battery: async () => ({ hasBattery: true, acConnected: false }),
    cpuTemperature: async () => ({ main: 55, max: 61 }),
    processes: async () => ({
      list: [
        { pid: 0, parentPid: 0, name: 'System Idle Process', cpu: 60, priority: 0 },
        { pid: 10, parentPid: 1, name: 'node.exe', cpu: 5, priority: 8 },
        { pid: 11, parentPid: 10, name: 'node.exe', cpu: 20, priority: 6 },
        { pid: 12, parentPid: 1, name: 'game.exe', cpu: 15, priority: 8 },
      ],
    }),
  };
  const load = async () => answers;

  test('battery, temperature, programs', async () => {
    expect(await generalBattery(load).read()).toEqual({ known: true, value: { onBattery: true } });
    expect(await generalTemperature(load).read()).toEqual({ known: true, value: 61 });
    expect(await generalPrograms(load).read()).toMatchObject({
      value: ['System Idle Process', 'node.exe', 'game.exe'],
    });
  });

  test('load is that of others: not our tree, not the idle process', async () => {
    expect(await generalLoad(load, 10, 8).read()).toEqual({ known: true, value: { share: 0.15, processors: 8 } });
  });

  test('what fails is unknown', async () => {
    const broken = { ...answers, cpuTemperature: async () => ({ main: null, max: null }) };
    expect((await generalTemperature(async () => broken).read()).known).toBe(false);
    expect((await generalBattery(() => Promise.reject(new Error('no'))).read()).known).toBe(false);
  });
});
